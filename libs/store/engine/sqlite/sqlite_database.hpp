#pragma once

#include "store/engine/database.hpp"
#include "store/engine/sqlite/sqlite_connection.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <optional>

namespace lars::store {

/// A database in one SQLite file. When another file is moved to its place, operations go to that;
/// what was written to the old one meanwhile is written again, or fails. SQLite blocks, so
/// operations run on a thread of its own, one after another and each to its end. Their results
/// outlive callers that were cancelled, and are handed over on the caller's executor: nothing is
/// cancelled across executors.
class SqliteDatabase final : public Database {
public:
    SqliteDatabase(asio::any_io_executor executor, const Url& url, const Options& options);
    ~SqliteDatabase() override;

private:
    Awaitable<Result<void>> perform(Mode mode, std::shared_ptr<Job> job) override;
    Awaitable<Result<void>> perform_on_worker(Mode mode, std::shared_ptr<Job> job);
    Awaitable<Result<void>> perform_once(Mode mode, Job& job);
    void connect(Mode mode);

    asio::any_io_executor executor_;
    std::string path_;
    Options options_;
    std::atomic<bool> leaving_{false};
    std::optional<SqliteConnection> connection_;  // touched by the worker only
    asio::thread_pool worker_{1};
};

}  // namespace lars::store
