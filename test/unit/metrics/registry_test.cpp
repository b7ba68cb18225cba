#include "metrics/bad_input.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::metrics;

TEST_CASE("counts of one name differ by label, and read in Prometheus text") {
    Registry metrics;
    metrics.counter("lars_things_total", "Things", {{"kind", "a"}}).add(3);
    metrics.counter("lars_things_total", "Things", {{"kind", "b"}}).add();
    metrics.gauge("lars_level", "Gauge", [] { return 1.5; });
    const auto text = metrics.text();
    CHECK(text.find("lars_things_total{kind=\"a\"} 3") != std::string::npos);
    CHECK(text.find("lars_things_total{kind=\"b\"} 1") != std::string::npos);
    CHECK(text.find("# TYPE lars_level gauge") != std::string::npos);
    CHECK(metrics.value("lars_level") == 1.5);
    CHECK(metrics.value("lars_unheard_of") == 0);
}

TEST_CASE("parts are added to the whole, whatever they count") {
    Registry metrics;
    auto& first = metrics.part();
    auto& second = metrics.part();
    metrics.counter("lars_things_total", "Things").add(1);
    first.counter("lars_things_total", "Things").add(10);
    second.counter("lars_things_total", "Things").add(100);
    first.gauge("lars_level", "Gauge", {{"shard", "0"}}).set(2);
    second.gauge("lars_level", "Gauge", {{"shard", "1"}}).set(3);
    for (auto* part : {&first, &second}) part->histogram("lars_seconds", "Time", {1}).observe(0.5);
    CHECK(first.value("lars_things_total") == 10);
    CHECK(metrics.value("lars_things_total") == 111);
    CHECK(metrics.value("lars_level", {{"shard", "1"}}) == 3);
    CHECK(metrics.value("lars_seconds") == 2);
    const auto text = metrics.text();
    CHECK(text.find("lars_things_total 111") != std::string::npos);
    CHECK(text.find("lars_level{shard=\"0\"} 2") != std::string::npos);
    CHECK(text.find("lars_seconds_bucket{le=\"1\"} 2") != std::string::npos);
    CHECK(text.find("# TYPE lars_level gauge") == text.rfind("# TYPE lars_level gauge"));
}

TEST_CASE("what others write in Prometheus text is a part of it") {
    Registry metrics;
    metrics.add_text([] { return std::string("lars_other 7\n"); });
    CHECK(metrics.text() == "lars_other 7\n");
}

TEST_CASE("each kind of bad input has a count of its name") {
    Registry metrics;
    BadInput bad_input(metrics);
    for (int kind = 1; kind <= kErrcCount; ++kind) {
        const auto value = static_cast<Errc>(kind);
        bad_input.count(value);
        CHECK(metrics.value("lars_bad_input_total", {{"kind", kind_name(value)}}) == 1);
    }
}

TEST_CASE("a histogram tells how many values were at most each bound") {
    Registry metrics;
    auto& histogram = metrics.histogram("lars_seconds", "Time", {1, 2});
    for (const auto value : {0.5, 1.0, 1.5, 5.0}) histogram.observe(value);
    const auto text = metrics.text();
    CHECK(text.find("lars_seconds_bucket{le=\"1\"} 2") != std::string::npos);
    CHECK(text.find("lars_seconds_bucket{le=\"2\"} 3") != std::string::npos);
    CHECK(text.find("lars_seconds_bucket{le=\"+Inf\"} 4") != std::string::npos);
    CHECK(text.find("lars_seconds_sum 8") != std::string::npos);
    CHECK(metrics.value("lars_seconds") == 4);
}
