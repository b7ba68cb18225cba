#pragma once

#include "store/engine/database.hpp"
#include "store/engine/mariadb/mariadb_connection.hpp"

namespace lars::store {

/// A database on a MariaDB server, or on one of several that hold the same.
class MariadbDatabase final : public Database {
public:
    MariadbDatabase(asio::any_io_executor executor, const Url& url, const Options& options);

private:
    Awaitable<Result<void>> perform(Mode mode, std::shared_ptr<Job> job) override;
    Awaitable<Result<void>> attempt(Mode mode, Job& job);

    asio::any_io_executor executor_;
    MariadbConnection connection_;
    Options options_;
};

}  // namespace lars::store
