#pragma once

#include "net/listen.hpp"
#include "net/runtime.hpp"
#include "net/task_group.hpp"

#include <string>

namespace lars::bench {

/// Sends the bytes of each connection back as they come: what the framework itself costs.
class Echo : public net::Part {
public:
    Echo(net::Runtime& runtime, spdlog::logger& log);

    std::string name() const override { return "echo"; }
    void start() override;
    net::Awaitable<> stop() override;
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    net::Awaitable<> accept();
    net::Awaitable<> serve(net::Stream stream);

    net::asio::any_io_executor executor_;
    net::tcp::acceptor acceptor_;
    net::TaskGroup tasks_;
};

}  // namespace lars::bench
