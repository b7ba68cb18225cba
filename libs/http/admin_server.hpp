#pragma once

#include "http/page.hpp"
#include "metrics/registry.hpp"
#include "runtime/listen.hpp"
#include "runtime/task_group.hpp"

#include <functional>
#include <vector>

namespace lars::http {

/// HTTP for operators: GET /metrics in Prometheus text format, /healthz, /readyz, which is 503
/// until the service can do its work, and the pages that are added. Runs on one executor.
class AdminServer {
public:
    AdminServer(
        asio::any_io_executor executor,
        const Endpoint& listen,
        const metrics::Registry& metrics,
        std::function<bool()> ready,
        spdlog::logger& log
    );

    /// Before start().
    void add(Page page) { pages_.push_back(std::move(page)); }

    /// Throws StartError.
    void start();
    Awaitable<> stop();
    Endpoint local() const;

private:
    Awaitable<> accept();
    Awaitable<> serve(tcp::socket stream);
    Awaitable<Response> answer(Request request);
    Response list_pages() const;

    asio::any_io_executor executor_;
    Endpoint listen_;
    std::vector<Page> pages_;
    tcp::acceptor acceptor_;
    runtime::TaskGroup tasks_;
};

}  // namespace lars::http
