#pragma once

#include "net/admin_page.hpp"
#include "net/listen.hpp"
#include "net/metrics.hpp"
#include "net/task_group.hpp"

#include <functional>
#include <vector>

namespace lars::net {

/// HTTP for operators: GET /metrics in Prometheus text format, /healthz, /readyz, which is 503
/// until the service can do its work, and the pages that are added. Runs on one executor.
class AdminServer {
public:
    AdminServer(
        asio::any_io_executor executor,
        const Endpoint& listen,
        const Metrics& metrics,
        std::function<bool()> ready,
        spdlog::logger& log
    );

    /// Before start().
    void add(AdminPage page) { pages_.push_back(std::move(page)); }

    /// Throws StartError.
    void start();
    Awaitable<> stop();
    Endpoint local() const;

private:
    Awaitable<> accept();
    Awaitable<> serve(tcp::socket stream);
    Awaitable<AdminAnswer> answer(AdminRequest request);
    AdminAnswer list_pages() const;

    asio::any_io_executor executor_;
    Endpoint listen_;
    std::vector<AdminPage> pages_;
    tcp::acceptor acceptor_;
    TaskGroup tasks_;
};

}  // namespace lars::net
