#pragma once

#include "store/engine/database.hpp"

namespace lars::store {

struct SchemaStatus {
    int version = 0;        ///< migrations applied
    int latest = 0;         ///< that this build knows
    bool triggers = false;  ///< the change feed's triggers are all there
};

/// An error that says what to do when the schema is older than this build knows.
Result<void> check_current(const SchemaStatus& status, const Url& url);

/// The tables and triggers of a database.
class Schema {
public:
    explicit Schema(Database& database) : database_(database) {}

    Awaitable<Result<SchemaStatus>> inspect();
    /// Brings any older schema up, the original's too. May need more privilege than the rest.
    Awaitable<Result<SchemaStatus>> migrate();

private:
    Database& database_;
};

}  // namespace lars::store
