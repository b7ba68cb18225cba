#pragma once

#include "runtime/listen.hpp"
#include "runtime/runtime.hpp"
#include "runtime/task_group.hpp"

#include <string>

namespace lars::bench {

/// Sends the bytes of each connection back as they come: what the framework itself costs.
class Echo : public runtime::Part {
public:
    Echo(runtime::Runtime& runtime, spdlog::logger& log);

    std::string name() const override { return "echo"; }
    void start() override;
    Awaitable<> stop() override;
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    Awaitable<> accept();
    Awaitable<> serve(tcp::socket stream);

    asio::any_io_executor executor_;
    tcp::acceptor acceptor_;
    runtime::TaskGroup tasks_;
};

}  // namespace lars::bench
