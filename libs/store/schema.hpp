#pragma once

#include "store/engine/database.hpp"
#include "store/store_identity.hpp"

#include <string>

namespace lars::store {

struct SchemaStatus {
    int version = 0;        ///< migrations applied
    int latest = 0;         ///< that this build knows
    bool triggers = false;  ///< the change feed's triggers are all there
    std::string definers;   ///< on MariaDB, the users with whose rights they run
    StoreIdentity identity;
};

/// An error that says what to do when the schema is older than this build knows.
Result<void> check_current(const SchemaStatus& status, const Url& url);

/// The tables and triggers of a database.
class Schema {
public:
    explicit Schema(Database& database) : database_(database) {}

    Awaitable<Result<SchemaStatus>> inspect();
    /// Makes the tables, or brings any older schema up, the original's too; and gives the store its
    /// id, once. May need more privilege than the rest. Triggers whose user is gone are made again,
    /// as this user's. Refuses a server that can't hold the schema, before it changes anything.
    Awaitable<Result<SchemaStatus>> migrate();

private:
    Database& database_;
};

}  // namespace lars::store
