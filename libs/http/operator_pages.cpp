#include "http/operator_pages.hpp"

#include <utility>

namespace lars::http {
namespace {

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

// A page that has nothing to wait for.
Page plain_page(std::string path, std::string usage, std::function<Response()> respond) {
    auto answer = [respond = std::move(respond
                   )](const Request& /*request*/) -> Awaitable<Response> { co_return respond(); };
    return {std::move(path), std::move(usage), std::move(answer)};
}

}  // namespace

std::vector<Page> operator_pages(const metrics::Registry& metrics, std::function<bool()> ready) {
    const auto show_metrics = [&metrics] {
        return Response{.body = metrics.text(), .content_type = kMetricsType};
    };
    const auto show_health = [] { return Response{.body = "ok\n"}; };
    const auto show_readiness = [ready = std::move(ready)] {
        return ready() ? Response{.body = "ready\n"}
                       : Response{.status = 503, .body = "not ready\n"};
    };
    return {
        plain_page("/metrics", "counts and gauges in Prometheus' text format", show_metrics),
        plain_page("/healthz", "whether the process runs", show_health),
        plain_page("/readyz", "whether the service can do its work; if not, 503", show_readiness)};
}

}  // namespace lars::http
