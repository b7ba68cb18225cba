#include "runtime/connect.hpp"

#include "runtime/resolve.hpp"

#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>

namespace lars::runtime {
namespace {

using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

Awaitable<error_code> connect_to(
    tcp::socket& socket, const tcp::endpoint& endpoint, Clock::time_point until
) {
    error_code ignored;
    socket.close(ignored);
    asio::steady_timer deadline(socket.get_executor(), until);
    auto race = make_parallel_group(
        socket.async_connect(endpoint, asio::deferred), deadline.async_wait(asio::deferred)
    );
    const auto [order, error, late] = co_await race.async_wait(wait_for_one(), asio::deferred);
    co_return order[0] == 0 ? error : error_code(asio::error::timed_out);
}

}  // namespace

Awaitable<error_code> connect(
    tcp::socket& socket,
    const PeerAddress& peer,
    std::chrono::milliseconds timeout,
    HostLookup& lookup
) {
    const auto end = Clock::now() + timeout;
    const auto executor = socket.get_executor();
    const auto found = co_await resolve(executor, peer.host, end, lookup);
    auto error = found.error;
    auto left = static_cast<std::int64_t>(found.addresses.size());
    for (const auto& address : found.addresses) {
        const auto now = Clock::now();
        const tcp::endpoint endpoint(address, peer.port);
        error = co_await connect_to(socket, endpoint, now + (end - now) / left--);
        if (!error) break;
    }
    if (error) {
        error_code ignored;
        socket.close(ignored);
    }
    co_return error;
}

}  // namespace lars::runtime
