#include "sim/closed_loop.hpp"

#include "sim/share_report.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace lars;
using namespace lars::sim;

namespace {

ShareRange range_of(const Scenario& scenario, const std::string& policy, std::uint64_t seeds) {
    ShareRange range;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        range.add(ClosedLoop(scenario, policy, seed).run());
    }
    return range;
}

}  // namespace

TEST_CASE("turn about gives each the same, whatever is dear or lost") {
    for (const auto& scenario : share_scenarios()) {
        const auto range = range_of(scenario, "round_robin", 1);
        CHECK(range.min == Approx(1).margin(0.01));
        CHECK(range.max == Approx(1).margin(0.01));
    }
}

TEST_CASE("the same seed gives the same shares, another one others") {
    const auto scenario = share_scenarios().front();
    const auto run = [&](std::uint64_t seed) {
        return ClosedLoop(scenario, "adaptive", seed).run();
    };
    CHECK(run(1).share_max == run(1).share_max);
    CHECK(run(1).share_max != run(2).share_max);
}

// With fixed seeds. Of all seeds one in some hundred is outside of a quarter where calls are as
// wide as lognormal ones of sigma 1, hence the bounds.
TEST_CASE("equal servers get equal shares of adaptive") {
    for (const auto& scenario : share_scenarios()) {
        const bool blind = scenario.latencies == Latencies::not_reported;
        // Where several calls are in flight all the time and no latency is sent, one that is never
        // reported can't be told from one that goes on.
        const bool hidden = blind && scenario.shares.unreported != Unreported::none &&
                            scenario.shares.in_flight >= 2 * scenario.servers.size();
        const auto bound = hidden ? 0.6 : scenario.times.sigma < 1 ? 0.25 : 0.35;
        const auto range = range_of(scenario, "adaptive", 2);
        INFO(scenario.name << ' ' << range.min << ' ' << range.max);
        CHECK(range.min >= 1 - bound);
        CHECK(range.max <= 1 + bound);
    }
}
