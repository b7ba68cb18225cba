#include "store/engine/sqlite/sqlite_database.hpp"

#include "store/engine/sqlite/sqlite_errors.hpp"
#include "store/engine/transaction.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace lars::store {
namespace {

/// Where a caller waits; the operation holds it too.
struct Pending {
    explicit Pending(const asio::any_io_executor& executor)
        : done(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer done;
    std::optional<Result<void>> result;
};

}  // namespace

SqliteDatabase::SqliteDatabase(
    asio::any_io_executor executor, const Url& url, const Options& options
)
    : executor_(std::move(executor)), path_(url.path), options_(options) {}

SqliteDatabase::~SqliteDatabase() {
    leaving_ = true;
    worker_.join();
}

Awaitable<Result<void>> SqliteDatabase::perform(Mode mode, std::shared_ptr<Job> job) {
    const auto pending = std::make_shared<Pending>(executor_);
    const auto hand_over = [pending](const std::exception_ptr&, Result<void> result) {
        auto wake = [pending, result = std::move(result)]() mutable {
            pending->result.emplace(std::move(result));
            pending->done.cancel();
        };
        asio::post(pending->done.get_executor(), std::move(wake));
    };
    asio::co_spawn(worker_, perform_on_worker(mode, std::move(job)), hand_over);
    if (!pending->result) co_await pending->done.async_wait(nothrow);
    if (!pending->result) co_return Error{ErrorKind::unavailable, "cancelled"};
    co_return std::move(*pending->result);
}

// The old connection is closed first: it must find no companions of the new file.
void SqliteDatabase::connect(Mode mode) {
    const bool usable = connection_ && connection_->is_open() && !connection_->moved();
    if (usable && mode != Mode::schema) return;
    connection_.reset();
    const auto if_missing = mode == Mode::schema ? IfMissing::make : IfMissing::fail;
    connection_.emplace(path_, if_missing, options_.timeout, leaving_);
}

Awaitable<Result<void>> SqliteDatabase::perform_once(Mode mode, Job& job) {
    connect(mode);
    auto running = run_in_transaction(*connection_, mode, job);
    auto done = co_await std::move(running);
    if (!done && done.error().kind == ErrorKind::unavailable) connection_.reset();
    // Committed, but to a file that lost its name meanwhile.
    if (done && writes(mode) && connection_->moved()) co_return sqlite_moved(path_);
    co_return done;
}

// Every exception ends here, so that none is lost on the worker.
Awaitable<Result<void>> SqliteDatabase::perform_on_worker(Mode mode, std::shared_ptr<Job> job) {
    try {
        auto attempt = perform_once(mode, *job);
        auto done = co_await std::move(attempt);
        const bool moved = connection_ && connection_->is_open() && connection_->moved();
        if (done || !moved || !is_retried(mode)) co_return done;
        auto again = perform_once(mode, *job);
        co_return co_await std::move(again);
    } catch (const Failure& failure) {
        co_return failure.error();
    } catch (const std::exception& error) {
        co_return Error{ErrorKind::internal, error.what()};
    }
}

}  // namespace lars::store
