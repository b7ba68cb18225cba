#include "agent/registration/check_grpc.hpp"

#include "agent/registration/health_call.hpp"
#include "runtime/connect.hpp"
#include "runtime/nursery.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <array>
#include <utility>

namespace lars::agent {
namespace {

std::string words_of(const error_code& error) {
    if (error == asio::error::timed_out || error == boost::beast::error::timeout) {
        return "no answer in time";
    }
    return error == asio::error::connection_refused ? "connection refused" : error.message();
}

}  // namespace

Awaitable<CheckResult> check_grpc(
    asio::any_io_executor executor,
    runtime::PeerAddress peer,
    std::string service,
    std::chrono::milliseconds timeout
) {
    CheckResult result;
    const auto end = Clock::now() + timeout;
    tcp::socket socket(executor);
    const auto unconnected = co_await runtime::connect(socket, peer, timeout);
    if (unconnected) {
        result.reason = words_of(unconnected);
        co_return result;
    }
    boost::beast::tcp_stream stream(std::move(socket));
    stream.expires_at(end);
    HealthCall call(to_string(peer), service);
    std::array<std::uint8_t, 4096> bytes{};
    while (true) {
        const auto output = call.take_output();
        if (!output.empty()) {
            const auto [unsent, sent] =
                co_await asio::async_write(stream, asio::buffer(output), nothrow);
            if (unsent) {
                result.reason = words_of(unsent);
                co_return result;
            }
        }
        if (call.done()) break;
        const auto [unread, size] = co_await stream.async_read_some(asio::buffer(bytes), nothrow);
        if (unread) {
            result.reason = words_of(unread);
            co_return result;
        }
        if (!call.receive(std::span(bytes).first(size))) {
            result.reason = "it doesn't speak HTTP/2";
            co_return result;
        }
    }
    result.reason = call.why_not_serving();
    result.passed = result.reason.empty();
    co_return result;
}

}  // namespace lars::agent
