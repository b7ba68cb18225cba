#pragma once

#include "net/listen.hpp"
#include "net/metrics.hpp"
#include "net/task_group.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace lars::net {

/// HTTP for operators: GET /metrics in Prometheus text format, /healthz, and /readyz, which is
/// 503 until the service can do its work. Runs on one executor.
class AdminServer {
public:
    AdminServer(
        asio::any_io_executor executor,
        const Endpoint& listen,
        const Metrics& metrics,
        std::function<bool()> ready,
        spdlog::logger& log
    );

    /// Throws StartError.
    void start();
    Awaitable<> stop();
    Endpoint local() const;

private:
    Awaitable<> accept();
    Awaitable<> serve(tcp::socket stream);
    using Answer = std::pair<unsigned, std::string>;
    Answer answer(std::string_view target) const;

    asio::any_io_executor executor_;
    Endpoint listen_;
    const Metrics& metrics_;
    std::function<bool()> ready_;
    tcp::acceptor acceptor_;
    TaskGroup tasks_;
};

}  // namespace lars::net
