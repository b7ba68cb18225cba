#include "http/server.hpp"

#include "http/connection.hpp"
#include "runtime/sleep.hpp"

namespace lars::http {
namespace {

// So long accept() is left alone after it failed, for want of descriptors as a rule.
constexpr std::chrono::milliseconds kAcceptPause(50);

}  // namespace

Server::Server(
    std::string name,
    asio::any_io_executor executor,
    const Endpoint& listen,
    Router router,
    spdlog::logger& log,
    const ServerLimits& limits
)
    : name_(std::move(name)),
      executor_(executor),
      listen_(listen),
      router_(std::move(router)),
      limits_(limits),
      acceptor_(executor),
      tasks_(executor, log) {}

void Server::start() {
    acceptor_ = runtime::listen_on(executor_, listen_);
    tasks_.spawn("http accept", accept());
}

Awaitable<> Server::stop() {
    tasks_.cancel();
    co_await tasks_.join();
    error_code ignored;
    acceptor_.close(ignored);
}

Endpoint Server::local() const {
    const auto endpoint = acceptor_.local_endpoint();
    return runtime::to_endpoint(endpoint.address(), endpoint.port());
}

Awaitable<> Server::accept() {
    while (true) {
        tcp::socket socket(executor_);
        const auto [error] = co_await acceptor_.async_accept(socket, nothrow);
        // The group holds this task too.
        if (!error && tasks_.size() <= limits_.connections) {
            tasks_.spawn("http connection", serve(std::move(socket)));
        } else if (error) {
            co_await runtime::sleep_until(executor_, Clock::now() + kAcceptPause);
        }
    }
}

Awaitable<> Server::serve(tcp::socket socket) {
    Connection connection(std::move(socket), limits_.timeout, limits_.header_bytes);
    bool open = true;
    while (open) {
        auto target = co_await connection.next_target();
        if (!target) co_return;
        auto answering = router_.answer(std::move(*target));
        auto response = co_await std::move(answering);
        auto sending = connection.send(std::move(response));
        open = co_await std::move(sending);
    }
}

}  // namespace lars::http
