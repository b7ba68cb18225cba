#include "http/operator_pages.hpp"

#include <utility>

namespace lars::http {
namespace {

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr unsigned kUnavailable = 503;

// A page that has nothing to wait for.
Page plain_page(std::string path, std::string usage, std::function<Response()> respond) {
    auto answer = [respond = std::move(respond
                   )](const Request& /*request*/) -> Awaitable<Response> { co_return respond(); };
    return {std::move(path), std::move(usage), std::move(answer)};
}

void append(const std::vector<std::string>& lines, std::string& body) {
    for (const auto& line : lines) body += line + '\n';
}

Response health_of(const std::vector<std::string>& stuck) {
    if (stuck.empty()) return {.body = "ok\n"};
    Response response{.status = kUnavailable, .body = "not healthy\n"};
    append(stuck, response.body);
    return response;
}

Response readiness_of(const Readiness& readiness, const std::vector<std::string>& stuck) {
    Response response{.body = "ready\n"};
    if (!readiness.problems.empty() || !stuck.empty()) {
        response = {.status = kUnavailable, .body = "not ready\n"};
    }
    append(stuck, response.body);
    append(readiness.problems, response.body);
    append(readiness.remarks, response.body);
    return response;
}

}  // namespace

std::vector<Page> operator_pages(const metrics::Registry& metrics, HealthChecks checks) {
    const auto show_metrics = [&metrics] {
        return Response{.body = metrics.text(), .content_type = kMetricsType};
    };
    const auto show_health = [stuck = checks.stuck] { return health_of(stuck()); };
    const auto show_readiness = [checks = std::move(checks)] {
        return readiness_of(checks.readiness(), checks.stuck());
    };
    return {
        plain_page("/metrics", "counts and gauges in Prometheus' text format", show_metrics),
        plain_page("/healthz", "whether each thread of the process runs; if not, 503", show_health),
        plain_page(
            "/readyz",
            "whether the service can do its work, and what is wrong; if it can't, 503",
            show_readiness
        )};
}

}  // namespace lars::http
