#include "cli/latency_histogram.hpp"

#include "support/catch.hpp"

#include <random>
#include <vector>

using namespace lars::cli;
using namespace std::chrono_literals;

TEST_CASE("no latency at all has quantiles of 0") {
    const auto none = LatencyHistogram().read();
    CHECK(none.count() == 0);
    CHECK(none.quantile_us(0.5) == 0);
}

TEST_CASE("quantiles are those of the sorted latencies, up to 1.6 %") {
    std::minstd_rand random(1);
    std::lognormal_distribution<double> latency_ns(11, 2);
    LatencyHistogram histogram;
    std::vector<double> all_us;
    for (int i = 0; i < 10'000; ++i) {
        const auto ns = static_cast<std::int64_t>(latency_ns(random));
        histogram.add(std::chrono::nanoseconds(ns));
        all_us.push_back(double(ns) / 1e3);
    }
    std::sort(all_us.begin(), all_us.end());
    const auto latencies = histogram.read();
    CHECK(latencies.count() == all_us.size());
    for (const auto share : {0.001, 0.5, 0.99, 0.999, 1.0}) {
        CAPTURE(share);
        const auto exact = all_us[static_cast<std::size_t>(share * double(all_us.size())) - 1];
        CHECK(latencies.quantile_us(share) >= exact);
        CHECK(latencies.quantile_us(share) <= exact * 1.016);
    }
}

TEST_CASE("short latencies are exact, and those out of range count at its ends") {
    LatencyHistogram histogram;
    histogram.add(-1ns);
    histogram.add(63ns);
    histogram.add(24h);
    const auto latencies = histogram.read();
    CHECK(latencies.quantile_us(0.3) == 0);
    CHECK(latencies.quantile_us(0.6) == 0.063);
    CHECK(latencies.quantile_us(1) == Approx(137.4e6).epsilon(0.001));
}

TEST_CASE("what came since a moment is told apart, and threads are added up") {
    LatencyHistogram first;
    LatencyHistogram second;
    first.add(10us);
    const auto before = first.read();
    first.add(1ms);
    CHECK((first.read() - before).count() == 1);
    CHECK((first.read() - before).quantile_us(0) >= 1'000);
    second.add(1s);
    auto both = first.read();
    both += second.read();
    CHECK(both.count() == 3);
    CHECK(both.quantile_us(1) >= 1e6);
}
