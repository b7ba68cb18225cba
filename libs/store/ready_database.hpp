#pragma once

#include "store/schema.hpp"

#include <memory>

namespace lars::store {

/// A database that is used only when its schema is there. Belongs to one executor.
class ReadyDatabase {
public:
    ReadyDatabase(asio::any_io_executor executor, const Url& url)
        : url_(url), database_(make_database(std::move(executor), url)) {}

    /// To be awaited before each use; asks the database until it has answered well once. A file of
    /// SQLite with an older schema is ours alone, and is migrated here. A MariaDB server may need
    /// another user for that, so it must have been migrated: else the error says how. No store is
    /// made here: an empty one in the place of a lost one would be believed.
    Awaitable<Result<void>> prepare();
    Database& operator*() { return *database_; }

private:
    Url url_;
    std::unique_ptr<Database> database_;
    bool prepared_ = false;
};

}  // namespace lars::store
