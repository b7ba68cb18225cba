#include "lb/health/health.hpp"

#include "support/catch.hpp"

#include <array>
#include <memory>

using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

/// A few endpoints with their counters, and every change of state.
class World {
public:
    explicit World(std::size_t endpoints, const std::vector<State>& states = {})
        : states_(states.empty() ? std::vector(endpoints, State::healthy) : states) {
        counters.carry_over(std::vector<Slot>(endpoints, kNoSlot));
    }

    Health& health() {
        if (!health_) {
            const auto on_change = [this](Slot slot, const Transition& change) {
                changes.emplace_back(slot, change);
            };
            health_ = std::make_unique<Health>(options, states_, on_change, now);
        }
        return *health_;
    }
    bool report(Slot slot, CallOutcome outcome) {
        const Call call{outcome, 1ms};
        const auto took_us = counters.add_report(slot, call, now, rates_);
        return health().report(slot, outcome, took_us, counters, now);
    }
    void fail(Slot slot, int times) {
        for (int i = 0; i < times; ++i) report(slot, CallOutcome::failure);
    }
    bool succeed(Slot slot) { return report(slot, CallOutcome::success); }
    const Transition& last() const { return changes.back().second; }

    HealthOptions options;
    Counters counters;
    Time now = 1h;
    std::vector<std::pair<Slot, Transition>> changes;

private:
    std::vector<State> states_;
    FeedbackRates rates_{FeedbackOptions{}};
    std::unique_ptr<Health> health_;
};

}  // namespace

TEST_CASE("an endpoint goes round: healthy, ejected, half-open, slow start, healthy") {
    World world(4);
    auto& health = world.health();
    world.fail(2, 5);
    CHECK(health.state(2) == State::ejected);
    CHECK_FALSE(health.is_candidate(2));
    CHECK(world.last().lasts == 1s);

    world.now += 1s;
    CHECK(health.take_probe(world.now) == 2);
    CHECK(health.state(2) == State::half_open);
    CHECK_FALSE(world.succeed(2));
    CHECK(health.take_probe(world.now) == 2);
    CHECK(world.succeed(2));
    CHECK(health.state(2) == State::slow_start);
    CHECK(health.any_starting());
    CHECK(health.is_candidate(2));
    CHECK(world.last().value == 2);
    CHECK(world.last().limit == 2);
    CHECK(world.last().lasts == 10s);

    health.end_slow_start(2, world.now + 10s - 1ns);
    CHECK(health.state(2) == State::slow_start);
    health.end_slow_start(2, world.now + 10s);
    CHECK(health.state(2) == State::healthy);
    CHECK_FALSE(health.any_starting());

    const std::vector<Cause> causes{
        Cause::consecutive_failures,
        Cause::ejection_over,
        Cause::probes_succeeded,
        Cause::slow_start_over};
    REQUIRE(world.changes.size() == causes.size());
    for (std::size_t i = 0; i < causes.size(); ++i) {
        CHECK(world.changes[i].first == 2);
        CHECK(world.changes[i].second.cause == causes[i]);
        if (i > 0) CHECK(world.changes[i].second.from == world.changes[i - 1].second.to);
    }
}

TEST_CASE("a try that fails ejects for longer") {
    World world(4);
    world.fail(2, 5);
    world.now += 1s;
    CHECK(world.health().take_probe(world.now) == 2);
    world.fail(2, 1);
    CHECK(world.health().state(2) == State::ejected);
    CHECK(world.last().cause == Cause::probe_failed);
    CHECK(world.last().lasts > 1s);
}

TEST_CASE("where calls are many, a broken endpoint is tried before its time, and that is said") {
    World world(4);
    auto& health = world.health();
    world.fail(2, 5);
    const auto broke = world.now;
    constexpr std::uint32_t kRounds = 10;
    for (std::uint32_t round = 0; round < kRounds; ++round) {
        world.now += world.options.probe_interval;
        std::uint32_t calls = 1;
        while (health.take_probe(world.now) == kNoSlot) ++calls;
        CHECK(calls <= world.options.calls_per_probe);
        CHECK(describe(world.last()).ends_with(" -> half-open: single calls try it before its time")
        );
        world.fail(2, 1);
        CHECK(world.last().cause == Cause::probe_failed);
    }
    world.now += 120s;
    REQUIRE(health.take_probe(world.now) == 2);
    CHECK(world.last().cause == Cause::ejection_over);
    world.succeed(2);
    REQUIRE(health.take_probe(world.now) == 2);
    REQUIRE(world.succeed(2));
    CHECK(world.last().tries == kRounds + 2);
    CHECK(world.last().broken_for == world.now - broke);
    CHECK(describe(world.last())
              .ends_with(" half-open -> slow start for 10.0 s: 2 tries succeeded (wanted 2); it "
                         "was broken for 121.0 s, "
                         "and tried 12 times"));
}

TEST_CASE("a half-open endpoint is tried again only when a report is overdue") {
    World world(4);
    world.fail(2, 5);
    world.now += 1s;
    CHECK(world.health().take_probe(world.now) == 2);
    CHECK(world.health().take_probe(world.now + 999ms) == kNoSlot);
    CHECK(world.health().take_probe(world.now + 1s) == 2);
}

TEST_CASE("an endpoint that serves and fails is called again after a while") {
    World world(4);
    auto& health = world.health();
    world.fail(2, 1);
    CHECK(health.take_probe(world.now + 499ms) == kNoSlot);
    CHECK(health.take_probe(world.now + 500ms) == 2);
    CHECK(health.state(2) == State::healthy);
    // Nobody reported: once more.
    CHECK(health.take_probe(world.now + 999ms) == kNoSlot);
    CHECK(health.take_probe(world.now + 1s) == 2);
    world.succeed(2);
    CHECK(health.take_probe(world.now + 1h) == kNoSlot);
}

TEST_CASE("who was suspended under the policy before is ejected") {
    World world(3, {State::idle, State::overload, State::half_open});
    auto& health = world.health();
    CHECK(health.state(0) == State::healthy);
    CHECK(health.state(1) == State::ejected);
    CHECK(health.state(2) == State::ejected);
    REQUIRE(world.changes.size() == 2);
    CHECK(world.last().cause == Cause::inherited);
}

TEST_CASE("states stay with their endpoints when the slots change") {
    World world(4);
    auto& health = world.health();
    world.fail(1, 5);
    world.fail(3, 1);
    const std::array<Slot, 3> origins{kNoSlot, 3, 1};
    world.counters.carry_over(origins);
    health.keep(origins, world.now);
    CHECK(health.state(2) == State::ejected);
    CHECK_FALSE(health.is_candidate(2));
    CHECK(health.take_probe(world.now + 500ms) == 1);  // was failing
    CHECK(health.take_probe(world.now + 1s) == 2);
}

TEST_CASE("endpoints that join start slowly") {
    World world(2);
    auto& health = world.health();
    const std::array<Slot, 3> origins{0, kNoSlot, 1};
    health.keep(origins, world.now);
    health.join(origins, world.now);
    CHECK(health.state(1) == State::slow_start);
    CHECK(health.share(1, world.now + 5s) == Approx(0.5));
    CHECK(health.share(0, world.now) == 1);
    CHECK(world.last().cause == Cause::joined);
    health.advance(world.now + 10s);
    CHECK(health.state(1) == State::healthy);
    CHECK(world.last().cause == Cause::slow_start_over);
}

TEST_CASE("of more than 256 that join at once nobody is reported") {
    for (const std::size_t joining : {256U, 257U}) {
        World world(1);
        std::vector<Slot> origins(joining + 1, kNoSlot);
        origins[0] = 0;
        world.health().keep(origins, world.now);
        world.health().join(origins, world.now);
        CHECK(world.changes.size() == (joining == 256 ? 256 : 0));
        CHECK(world.health().state(Slot(joining)) == State::slow_start);
    }
}

TEST_CASE("in a panic two successes bring an ejected endpoint back, without tries") {
    World world(4);
    auto& health = world.health();
    for (const Slot slot : {0U, 1U, 2U, 3U}) world.fail(slot, 5);
    CHECK(health.candidates().size() == 4);
    CHECK_FALSE(world.succeed(1));
    CHECK(health.state(1) == State::ejected);
    CHECK(world.succeed(1));
    CHECK(health.state(1) == State::slow_start);
}

TEST_CASE("without slow start an endpoint is healthy at once, and its ejections begin anew") {
    World world(4);
    world.options.slow_start = 0ms;
    world.options.probes = 1;
    auto& health = world.health();
    const auto eject_and_return = [&] {
        world.fail(2, 5);
        const auto lasted = world.last().lasts;
        world.now += lasted;
        CHECK(health.take_probe(world.now) == 2);
        world.succeed(2);
        CHECK(health.state(2) == State::healthy);
        return lasted;
    };
    CHECK(eject_and_return() == 1s);
    world.now += 60s;
    CHECK(eject_and_return() > 1s);
    world.now += 60s + 1ns;
    CHECK(eject_and_return() == 1s);
}
