#include "store/engine/mariadb/mariadb_database.hpp"

#include "store/engine/retry.hpp"
#include "store/engine/transaction.hpp"

#include <boost/asio/steady_timer.hpp>

namespace lars::store {

MariadbDatabase::MariadbDatabase(
    asio::any_io_executor executor, const Url& url, const Options& options
)
    : executor_(executor), connection_(std::move(executor), url, options), options_(options) {}

Awaitable<Result<void>> MariadbDatabase::perform(Mode mode, std::shared_ptr<Job> job) {
    Retry retry(mode, connection_.hosts());
    while (true) {
        auto attempting = attempt(mode, *job);
        auto done = co_await std::move(attempting);
        if (done) co_return done;
        const auto pause = retry.after(done.error());
        if (!pause) co_return done;
        asio::steady_timer timer(executor_, *pause);
        co_await timer.async_wait(asio::deferred);
    }
}

Awaitable<Result<void>> MariadbDatabase::attempt(Mode mode, Job& job) {
    connection_.set_timeout(options_.timeout);
    if (connection_.is_open()) co_await connection_.leave_if_demoted();
    if (!connection_.is_open()) {
        try {
            co_await connection_.open();
        } catch (const Failure& failure) {
            co_return failure.error();
        }
    }
    connection_.set_timeout(options_.timeout);
    auto running = run_in_transaction(connection_, mode, job);
    co_return co_await std::move(running);
}

}  // namespace lars::store
