#pragma once

#include "net/listen.hpp"
#include "net/metrics.hpp"
#include "net/task_group.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace lars::net {

/// HTTP for operators: GET /metrics in Prometheus text format, and /healthz. Runs on one executor.
class AdminServer {
public:
    AdminServer(
        asio::any_io_executor executor,
        const Endpoint& listen,
        const Metrics& metrics,
        spdlog::logger& log
    );

    /// Throws StartError.
    void start();
    Awaitable<> stop();
    Endpoint local() const;

private:
    Awaitable<> accept();
    Awaitable<> serve(tcp::socket stream);
    std::pair<unsigned, std::string> answer(std::string_view target) const;

    asio::any_io_executor executor_;
    Endpoint listen_;
    const Metrics& metrics_;
    tcp::acceptor acceptor_;
    TaskGroup tasks_;
};

}  // namespace lars::net
