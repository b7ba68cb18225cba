#include "echo.hpp"

#include <boost/asio/write.hpp>

#include <array>

namespace lars::bench {

Echo::Echo(runtime::Runtime& runtime, spdlog::logger& log)
    : executor_(runtime.executor(0)),
      acceptor_(runtime::listen_on(executor_, Endpoint::from_ipv4(0x7F000001, 0))),
      tasks_(executor_, log) {}

void Echo::start() {
    tasks_.spawn("accept", accept());
}

Awaitable<> Echo::stop() {
    tasks_.cancel();
    co_await tasks_.join();
}

Awaitable<> Echo::accept() {
    while (true) {
        tcp::socket stream(executor_);
        const auto [error] = co_await acceptor_.async_accept(stream, nothrow);
        if (!error) tasks_.spawn("echo", serve(std::move(stream)));
    }
}

Awaitable<> Echo::serve(tcp::socket stream) {
    std::array<char, 2048> bytes;
    const auto space = asio::buffer(bytes);
    while (true) {
        const auto [read_error, size] = co_await stream.async_read_some(space, nothrow);
        if (read_error) co_return;
        const auto answer = asio::buffer(bytes, size);
        const auto [error, sent] = co_await asio::async_write(stream, answer, nothrow);
        if (error) co_return;
    }
}

}  // namespace lars::bench
