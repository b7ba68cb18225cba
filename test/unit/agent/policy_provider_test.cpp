#include "agent/policy_provider.hpp"

#include "support/catch.hpp"

#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <sstream>

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kModule{1, 1};

/// A provider with what it logs.
struct World {
    World() : log("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(out)) {
        log.set_pattern("%l %v");
    }

    void change(lb::Transition transition) {
        transition.endpoint = Endpoint::from_ipv4(0x0A000001, 80);
        provider.listener()(kModule, transition);
    }
    std::string text() { return std::exchange(out, std::ostringstream()).str(); }
    double counted(lb::State to) {
        return metrics.value("lars_agent_state_changes_total", {{"to", to_string(to)}});
    }

    std::ostringstream out;
    spdlog::logger log;
    metrics::Registry metrics;
    PolicyProvider provider{{}, metrics, log};
};

}  // namespace

TEST_CASE("an endpoint that breaks and comes back is two lines, however often it is tried") {
    using lb::Cause;
    using lb::State;
    World world;
    world.change({
        .from = State::healthy,
        .to = State::ejected,
        .cause = Cause::consecutive_failures,
        .value = 5,
        .limit = 5,
        .lasts = 1s,
    });
    constexpr int kTries = 400;
    for (int i = 0; i < kTries; ++i) {
        world.change({.from = State::ejected, .to = State::half_open, .cause = Cause::early_probe});
        world.change({
            .from = State::half_open,
            .to = State::ejected,
            .cause = Cause::probe_failed,
            .lasts = 43s,
        });
    }
    world.change({
        .from = State::half_open,
        .to = State::slow_start,
        .cause = Cause::probes_succeeded,
        .value = 2,
        .limit = 2,
        .lasts = 10s,
        .broken_for = 43200ms,
        .tries = kTries,
    });
    CHECK(
        world.text() ==
        "warning 1/1 10.0.0.1:80 healthy -> ejected for at most 1.0 s: 5 failures in a row (limit "
        "5)\n"
        "info 1/1 10.0.0.1:80 half-open -> slow start for 10.0 s: 2 tries succeeded (wanted 2); it "
        "was broken for 43.2 s, and tried 400 times\n"
    );
    CHECK(world.counted(State::ejected) == kTries + 1);
    CHECK(world.counted(State::half_open) == kTries);
    CHECK(world.provider.changes().of(kModule).size() == 2);
}

TEST_CASE("what an endpoint does that comes and goes all the time is said in the end") {
    World world;
    for (int i = 0; i < 100; ++i) {
        world.change({.from = lb::State::slow_start, .to = lb::State::ejected});
        world.change({.from = lb::State::half_open, .to = lb::State::slow_start});
    }
    const auto lines = world.text();
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 2);
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    world.provider.advance(now + TransitionFilter::kPeriod);
    CHECK(
        world.text() ==
        "info 1/1 10.0.0.1:80 half-open -> slow start: error rate 0 (limit 0); 198 changes like "
        "this and the opposite since the last line of it\n"
    );
}
