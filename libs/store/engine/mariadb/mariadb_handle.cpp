#include "store/engine/mariadb/mariadb_handle.hpp"

#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace lars::store {

using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

Awaitable<int> ready(
    asio::any_io_executor executor,
    std::shared_ptr<MariadbHandle> handle,
    int events,
    Clock::time_point deadline
) {
    // Borrowed for one wait: the library owns, and may replace, the descriptor.
    asio::posix::stream_descriptor descriptor(
        executor, static_cast<int>(mysql_get_socket(handle->raw))
    );
    struct Release {
        asio::posix::stream_descriptor& borrowed;
        ~Release() { borrowed.release(); }
    } const release{descriptor};
    asio::steady_timer timer(executor, deadline);
    const bool reading = (events & MYSQL_WAIT_READ) != 0;
    const auto direction = reading ? asio::posix::stream_descriptor::wait_read
                                   : asio::posix::stream_descriptor::wait_write;
    auto race = make_parallel_group(
        descriptor.async_wait(direction, asio::deferred), timer.async_wait(asio::deferred)
    );
    const auto [order, error, late] = co_await race.async_wait(wait_for_one(), asio::deferred);
    if (order[0] != 0) co_return MYSQL_WAIT_TIMEOUT;
    co_return reading ? MYSQL_WAIT_READ : MYSQL_WAIT_WRITE;
}

}  // namespace lars::store
