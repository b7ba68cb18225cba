#include "lb/counters/load.hpp"

#include "support/catch.hpp"

#include <deque>
#include <random>

using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

const FeedbackRates kRates{FeedbackOptions{}};

/// An endpoint with its module, of which it is the only one.
struct Endpoint : Load {
    ModuleAverages module;
    std::uint32_t calls = 0;

    void decay_until(Time now) { decay_to({now, calls, 1}, kRates); }
    void pick(Time now) {
        decay_until(now);
        add_pick(module);
        ++calls;
    }
    float report(Time now, const Call& call = {}) {
        decay_until(now);
        return add_report(call, module, calls, kRates);
    }
    float latency_us() const { return latency_ratio * module.latency_us; }
    /// Calls of a millisecond, one after the other.
    Time call(int times, Time now, Call::Latency latency = {}) {
        for (int i = 0; i < times; ++i) {
            pick(now += 1ms);
            report(now += 1ms, {CallOutcome::success, latency});
        }
        return now;
    }
};

Call took(std::chrono::microseconds latency) {
    return {CallOutcome::success, latency};
}

}  // namespace

TEST_CASE("a call is in flight from its pick to its report") {
    Endpoint load;
    load.pick(1s);
    load.pick(1s);
    CHECK(load.in_flight == 2);
    load.report(1s);
    CHECK(load.in_flight == 1);
}

TEST_CASE("reports without picks don't make the count in flight negative") {
    Endpoint load;
    for (int i = 0; i < 10; ++i) load.report(1s);
    CHECK(load.in_flight == 0);
    load.pick(1s);
    CHECK(load.in_flight == 1);
}

TEST_CASE("calls that nobody reports fade from the count in flight") {
    Endpoint load;
    for (int i = 0; i < 1000; ++i) load.pick(1s + i * 1ms);
    CHECK(load.in_flight > 900);
    load.decay_until(1h);
    CHECK(load.in_flight < 1);
    // Also when others go on calling.
    Endpoint busy;
    for (int i = 0; i < 1000; ++i) busy.pick(1s);
    for (Time now = 1s; now < 600s; now += 10ms) {
        busy.pick(now);
        busy.report(now + 5ms, {CallOutcome::success, 5ms});
    }
    CHECK(busy.in_flight < 1);
}

TEST_CASE("a count in flight is bounded, however many clients die") {
    Endpoint load;
    Time now = 1s;
    for (int i = 0; i < 1'000'000; ++i) load.pick(now += 1ms);
    // A thousand a second for the time constant of a minute.
    CHECK(load.in_flight < 61'000);
}

TEST_CASE("the first call says nothing of the next") {
    Endpoint load;
    load.module.add_latency(1000);
    load.report(1s, took(20'000us));
    CHECK(load.latency_us() == 1000);
    CHECK(load.module.latency_us == 1000);
}

TEST_CASE("one call counts as four times the estimate at most") {
    Endpoint load;
    for (int i = 0; i < 100; ++i) load.report(1s, took(1000us));
    auto slow = load;
    slow.report(1s, took(5000us));
    CHECK(slow.latency_ratio > 1.2F);
    auto hangs = load;
    hangs.report(1s, took(1h));
    CHECK(hangs.latency_ratio == Approx(slow.latency_ratio).epsilon(0.01));
}

TEST_CASE("a quick failure says nothing of the latency, a slow one does") {
    Endpoint load;
    for (int i = 0; i < 2; ++i) load.report(1s, took(1000us));
    load.report(1s, {CallOutcome::failure, 1us});
    CHECK(load.latency_us() == 1000);
    load.report(1s, {CallOutcome::failure, 1s});
    CHECK(load.latency_us() > 1200);
}

TEST_CASE("an endpoint that isn't called drifts to its module's latency, and is forgiven") {
    Endpoint load;
    for (int i = 0; i < 2; ++i) load.report(1s, took(1000us));
    load.report(1s, {CallOutcome::failure, 5000us});
    CHECK(load.failure_rate > 0.05F);
    CHECK(load.latency_us() > 1200);
    load.decay_until(10min);
    CHECK(load.latency_us() == Approx(1000).epsilon(0.01));
    CHECK(load.failure_rate < 0.01);
}

TEST_CASE("what is far from the module's latency is kept for longer than what may be chance") {
    const auto left_after = [](float ratio) {
        Load load{.at = 1s, .latency_ratio = ratio};
        load.decay_to({1s, 20, 1}, kRates);
        return (load.latency_ratio - 1) / (ratio - 1);
    };
    CHECK(left_after(1.2F) < 0.3F);
    CHECK(left_after(3) > 0.9F);
}

TEST_CASE("a call that nobody reports counts less with each later one that succeeds") {
    for (const bool sends : {true, false}) {
        const auto latency = sends ? Call::Latency(1000us) : Call::Latency();
        Endpoint load;
        auto now = load.call(50, 1s, latency);
        load.pick(now);
        CHECK(load.busy() == 1);
        now = load.call(20, now + 50ms, latency);
        CHECK(load.busy() < 0.01F);
        CHECK(load.overdue == Approx(1).epsilon(0.01));
        // It doesn't count as a call that took long, either.
        CHECK(load.latency_us() == Approx(1000).epsilon(0.5));
    }
}

TEST_CASE("fifty calls that are lost at once are soon no reason against an endpoint") {
    for (const bool sends : {true, false}) {
        const auto latency = sends ? Call::Latency(1000us) : Call::Latency();
        Endpoint load;
        auto now = load.call(50, 1s, latency);
        for (int i = 0; i < 50; ++i) load.pick(now);
        now = load.call(200, now + 5s, latency);
        INFO("sends " << sends << " overdue " << load.overdue << " in flight " << load.in_flight);
        CHECK(load.busy() < 1);
    }
}

TEST_CASE("calls in flight of which none is reported count in full, however old") {
    Endpoint load;
    const auto now = load.call(50, 1s, 1000us);
    for (int i = 0; i < 5; ++i) load.pick(now + i * 10ms);
    load.decay_until(now + 1s);
    CHECK(load.busy() == Approx(5).epsilon(0.02));
    load.report(now + 1s, {CallOutcome::failure, 1s});
    CHECK(load.busy() == Approx(4).epsilon(0.02));
}

TEST_CASE("a late report of an overdue call makes the others count again") {
    Endpoint load;
    auto now = load.call(50, 1s, 1000us);
    load.pick(now);
    load.pick(now);
    const auto since = now;
    now = load.call(5, now + 50ms, 1000us);
    CHECK(load.busy() < 0.5F);
    load.report(now, took(std::chrono::duration_cast<std::chrono::microseconds>(now - since)));
    CHECK(load.busy() == Approx(1).epsilon(0.02));
}

TEST_CASE("the latency that nobody tells is found from picks and reports") {
    // Calls of 20 ms, 100 a second and each reported in time but without its latency.
    Endpoint load;
    std::mt19937 random(1);
    std::deque<Time> ends;
    std::vector<float> told;
    for (Time now = 1s; now < 60s; now += 1ms) {
        while (!ends.empty() && ends.front() <= now) {
            told.push_back(load.report(ends.front()));
            ends.pop_front();
        }
        if (random() % 10 == 0) {
            load.pick(now);
            ends.push_back(now + 20ms);
        }
    }
    double sum = 0;
    for (const auto each : told) sum += each;
    CHECK(sum / double(told.size()) == Approx(20'000).epsilon(0.02));
    CHECK(load.latency_us() == Approx(20'000).epsilon(0.3));
}
