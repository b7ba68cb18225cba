#include "net/metrics.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::net;

TEST_CASE("counts of one name differ by label, and read in Prometheus text") {
    Metrics metrics;
    metrics.counter("lars_things_total", "Things", {{"kind", "a"}}).add(3);
    metrics.counter("lars_things_total", "Things", {{"kind", "b"}}).add();
    metrics.gauge("lars_level", "Level", [] { return 1.5; });
    const auto text = metrics.text();
    CHECK(text.find("lars_things_total{kind=\"a\"} 3") != std::string::npos);
    CHECK(text.find("lars_things_total{kind=\"b\"} 1") != std::string::npos);
    CHECK(text.find("# TYPE lars_level gauge") != std::string::npos);
    CHECK(metrics.value("lars_level") == 1.5);
    CHECK(metrics.value("lars_unheard_of") == 0);
}

TEST_CASE("each kind of bad input has a count of its name") {
    Metrics metrics;
    BadInput bad_input(metrics);
    for (int kind = 1; kind <= kErrcCount; ++kind) {
        const auto value = static_cast<Errc>(kind);
        bad_input.count(value);
        CHECK(metrics.value("lars_bad_input_total", {{"kind", kind_name(value)}}) == 1);
    }
}

TEST_CASE("a histogram tells how many values were at most each bound") {
    Metrics metrics;
    auto& histogram = metrics.histogram("lars_seconds", "Time", {1, 2});
    for (const auto value : {0.5, 1.0, 1.5, 5.0}) histogram.observe(value);
    const auto text = metrics.text();
    CHECK(text.find("lars_seconds_bucket{le=\"1\"} 2") != std::string::npos);
    CHECK(text.find("lars_seconds_bucket{le=\"2\"} 3") != std::string::npos);
    CHECK(text.find("lars_seconds_bucket{le=\"+Inf\"} 4") != std::string::npos);
    CHECK(text.find("lars_seconds_sum 8") != std::string::npos);
    CHECK(metrics.value("lars_seconds") == 4);
}
