#include "runtime/connect.hpp"

#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>
#include <utility>
#include <vector>

namespace lars::runtime {
namespace {

using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

Awaitable<std::pair<error_code, std::vector<tcp::endpoint>>> resolve(
    const asio::any_io_executor& executor, const PeerAddress& peer, asio::steady_timer& deadline
) {
    std::pair<error_code, std::vector<tcp::endpoint>> answer;
    error_code not_numeric;
    const auto address = asio::ip::make_address(peer.host, not_numeric);
    if (!not_numeric) {
        answer.second.emplace_back(address, peer.port);
        co_return answer;
    }
    tcp::resolver resolver(executor);
    const auto service = std::to_string(peer.port);
    auto race = make_parallel_group(
        resolver.async_resolve(peer.host, service, asio::deferred),
        deadline.async_wait(asio::deferred)
    );
    const auto [order, error, results, late] =
        co_await race.async_wait(wait_for_one(), asio::deferred);
    answer.first = order[0] == 0 ? error : error_code(asio::error::timed_out);
    for (const auto& each : results) answer.second.push_back(each.endpoint());
    co_return answer;
}

}  // namespace

Awaitable<error_code> connect(
    tcp::socket& socket, const PeerAddress& peer, std::chrono::milliseconds timeout
) {
    asio::steady_timer deadline(socket.get_executor(), timeout);
    const auto executor = socket.get_executor();
    const auto [resolve_error, endpoints] = co_await resolve(executor, peer, deadline);
    if (resolve_error) co_return resolve_error;
    error_code last = asio::error::host_not_found;
    for (const auto& endpoint : endpoints) {
        error_code ignored;
        socket.close(ignored);
        auto race = make_parallel_group(
            socket.async_connect(endpoint, asio::deferred), deadline.async_wait(asio::deferred)
        );
        const auto [order, error, late] = co_await race.async_wait(wait_for_one(), asio::deferred);
        if (order[0] != 0) {
            socket.close(ignored);
            co_return error_code(asio::error::timed_out);
        }
        last = error;
        if (!last) break;
    }
    if (last) {
        error_code ignored;
        socket.close(ignored);
    }
    co_return last;
}

}  // namespace lars::runtime
