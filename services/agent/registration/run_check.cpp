#include "agent/registration/run_check.hpp"

#include "agent/registration/check_grpc.hpp"
#include "agent/registration/process.hpp"
#include "http/client.hpp"
#include "runtime/connect.hpp"

#include <utility>

namespace lars::agent {
namespace {

constexpr unsigned kOk = 200;
constexpr unsigned kOkEnd = 300;

runtime::PeerAddress peer_of(const CheckOptions& options, const Endpoint& instance) {
    runtime::PeerAddress peer;
    peer.host = options.host.empty() ? address_to_string(instance) : options.host;
    peer.port = options.port == 0 ? instance.port : options.port;
    return peer;
}

std::string words_of(const error_code& error) {
    if (error == asio::error::timed_out) return "no answer in time";
    return error == asio::error::connection_refused ? "connection refused" : error.message();
}

Awaitable<CheckResult> check_tcp(
    asio::any_io_executor executor, runtime::PeerAddress peer, std::chrono::milliseconds timeout
) {
    tcp::socket socket(executor);
    const auto error = co_await runtime::connect(socket, peer, timeout);
    CheckResult result;
    result.passed = !error;
    if (error) result.reason = words_of(error);
    co_return result;
}

Awaitable<CheckResult> check_http(
    asio::any_io_executor executor, const CheckOptions& options, runtime::PeerAddress peer
) {
    http::Url url;
    url.peer = std::move(peer);
    url.target = options.path;
    auto asking = http::get(executor, url, options.headers, options.timeout);
    const auto answer = co_await std::move(asking);
    CheckResult result;
    if (answer.error) {
        result.reason = words_of(answer.error);
        co_return result;
    }
    result.passed = options.status == 0 ? answer.status >= kOk && answer.status < kOkEnd
                                        : answer.status == options.status;
    if (!result.passed) result.reason = "HTTP status " + std::to_string(answer.status);
    co_return result;
}

}  // namespace

Awaitable<CheckResult> run_check(
    asio::any_io_executor executor, CheckOptions options, Endpoint instance
) {
    auto peer = peer_of(options, instance);
    CheckResult result;
    switch (options.kind) {
        case CheckOptions::Kind::tcp:
            result = co_await check_tcp(executor, peer, options.timeout);
            break;
        case CheckOptions::Kind::http:
            result = co_await check_http(executor, options, peer);
            break;
        case CheckOptions::Kind::grpc:
            result = co_await check_grpc(executor, peer, options.service, options.timeout);
            break;
        case CheckOptions::Kind::pid:
            result = co_await await_end(executor, options.pid, options.interval);
            break;
        case CheckOptions::Kind::none:
            result.passed = true;
            break;
    }
    co_return result;
}

}  // namespace lars::agent
