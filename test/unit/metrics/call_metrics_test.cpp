#include "metrics/call_metrics.hpp"

#include "support/catch.hpp"

#include <algorithm>

using namespace lars;
using namespace lars::metrics;

namespace {

Endpoint endpoint(unsigned number) {
    return Endpoint::from_ipv4(0x0A000000U + number, 80);
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

CallSums sums(std::uint64_t successes, std::uint64_t failures) {
    CallSums all{.successes = successes, .failures = failures};
    all.latency_sum_us = 1'500'000;
    all.overloaded_ms = 250;
    all.buckets[0] = successes;
    all.buckets.back() = failures;
    return all;
}

}  // namespace

TEST_CASE("calls of a module are counted over its endpoints and over time") {
    CallMetrics metrics("lars_agent", {});
    metrics.add({7, 1}, endpoint(1), sums(3, 1));
    metrics.add({7, 1}, endpoint(2), sums(3, 0));
    const auto text = metrics.text();
    CAPTURE(text);
    const std::string module = R"(modid="7",cmdid="1")";
    const auto shows = [&](const std::string& name, const std::string& more, const char* value) {
        return contains(text, "\nlars_agent_module_" + name + "{" + module + more + "} " + value);
    };
    CHECK(contains(text, "# TYPE lars_agent_module_calls_total counter\n"));
    CHECK(shows("calls_total", R"(,result="success")", "6\n"));
    CHECK(shows("calls_total", R"(,result="failure")", "1\n"));
    CHECK(contains(text, "# TYPE lars_agent_module_latency_seconds histogram\n"));
    CHECK(shows("latency_seconds_bucket", R"(,le="6.4e-05")", "6\n"));
    CHECK(shows("latency_seconds_bucket", R"(,le="4.194304")", "6\n"));
    CHECK(shows("latency_seconds_bucket", R"(,le="+Inf")", "7\n"));
    CHECK(shows("latency_seconds_sum", "", "3\n"));
    CHECK(shows("latency_seconds_count", "", "7\n"));
    CHECK(shows("overloaded_seconds_total", "", "0.5\n"));
    CHECK_FALSE(contains(text, "lars_agent_endpoint"));
    CHECK_FALSE(contains(text, "other"));
}

TEST_CASE("modules beyond the limit share series, and none of their calls is lost") {
    CallMetrics metrics("lars_reporter", {.modules = 10});
    for (int i = 0; i < 100'000; ++i) metrics.add({i, 1}, endpoint(1), sums(1, 0));
    metrics.add({3, 1}, endpoint(1), sums(1, 0));
    const auto text = metrics.text();
    CHECK(std::count(text.begin(), text.end(), '\n') == 6 + 11 * 23);
    CHECK(contains(text, R"(calls_total{modid="3",cmdid="1",result="success"} 2)"));
    CHECK(contains(text, R"(calls_total{modid="other",cmdid="other",result="success"} 99990)"));
}

TEST_CASE("endpoints have series on request, up to a limit, and what is cut is counted") {
    CallMetrics metrics("lars_agent", {.endpoints = 2});
    for (unsigned i = 1; i <= 5; ++i) metrics.add({7, 1}, endpoint(i), sums(10, 1));
    const auto text = metrics.text();
    CAPTURE(text);
    const std::string first = R"({modid="7",cmdid="1",endpoint="10.0.0.1:80")";
    CHECK(contains(text, "lars_agent_endpoint_calls_total" + first + R"(,result="failure"} 1)"));
    CHECK(contains(text, "lars_agent_endpoint_latency_seconds_sum" + first + "} 1.5\n"));
    CHECK(contains(text, "lars_agent_endpoint_latency_seconds_count" + first + "} 11\n"));
    CHECK(contains(text, "lars_agent_endpoint_overloaded_seconds_total" + first + "} 0.25\n"));
    CHECK_FALSE(contains(text, "10.0.0.3:80"));
    CHECK(contains(text, "\nlars_agent_endpoint_calls_cut_total 33\n"));
}

TEST_CASE("series of modules that have a name say it beside the ids") {
    CallMetrics metrics("lars_agent", {.endpoints = 1});
    metrics.add({7, 1}, endpoint(1), sums(3, 1));
    metrics.add({8, 1}, endpoint(2), sums(3, 1));
    metrics.set_names(std::make_shared<CallMetrics::Names>(CallMetrics::Names{
        {{7, 1}, "payments"}, {{9, 1}, "other"}}));
    const auto text = metrics.text();
    CAPTURE(text);
    const std::string named = R"({modid="7",cmdid="1",service="payments")";
    CHECK(contains(text, "lars_agent_module_calls_total" + named + R"(,result="success"} 3)"));
    CHECK(contains(text, "lars_agent_endpoint_calls_total" + named + R"(,endpoint="10.0.0.1:80")"));
    CHECK(contains(text, R"(lars_agent_module_calls_total{modid="8",cmdid="1",result="success"} 3)")
    );
}
