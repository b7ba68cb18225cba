#include "echo.hpp"

#include <boost/asio/write.hpp>

#include <array>

namespace lars::bench {

Echo::Echo(net::Runtime& runtime, spdlog::logger& log)
    : executor_(runtime.executor(0)),
      acceptor_(net::listen_on(executor_, Endpoint::from_ipv4(0x7F000001, 0))),
      tasks_(executor_, log) {}

void Echo::start() {
    tasks_.spawn("accept", accept());
}

net::Awaitable<> Echo::stop() {
    tasks_.cancel();
    co_await tasks_.join();
}

net::Awaitable<> Echo::accept() {
    while (true) {
        net::Stream stream(executor_);
        const auto [error] = co_await acceptor_.async_accept(stream, net::nothrow);
        if (!error) tasks_.spawn("echo", serve(std::move(stream)));
    }
}

net::Awaitable<> Echo::serve(net::Stream stream) {
    std::array<char, 2048> bytes;
    const auto space = net::asio::buffer(bytes);
    while (true) {
        const auto [read_error, size] = co_await stream.async_read_some(space, net::nothrow);
        if (read_error) co_return;
        const auto answer = net::asio::buffer(bytes, size);
        const auto [error, sent] = co_await net::asio::async_write(stream, answer, net::nothrow);
        if (error) co_return;
    }
}

}  // namespace lars::bench
