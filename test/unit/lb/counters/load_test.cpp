#include "lb/counters/load.hpp"

#include "support/catch.hpp"

#include <deque>
#include <random>

using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

const FeedbackRates kRates{FeedbackOptions{}};

void pick(Load& load, Time now) {
    load.decay_to(now, 0, kRates);
    load.add_pick();
}

float report(Load& load, Time now, const Call& call = {}) {
    load.decay_to(now, 0, kRates);
    return load.add_report(call, kRates);
}

}  // namespace

TEST_CASE("a call is in flight from its pick to its report") {
    Load load;
    pick(load, 1s);
    pick(load, 1s);
    CHECK(load.in_flight == 2);
    report(load, 1s);
    CHECK(load.in_flight == 1);
}

TEST_CASE("reports without picks don't make the count in flight negative") {
    Load load;
    for (int i = 0; i < 10; ++i) report(load, 1s);
    CHECK(load.in_flight == 0);
    pick(load, 1s);
    CHECK(load.in_flight == 1);
}

TEST_CASE("calls that nobody reports fade from the count in flight") {
    Load load;
    for (int i = 0; i < 1000; ++i) pick(load, 1s + i * 1ms);
    CHECK(load.in_flight > 900);
    load.decay_to(1h, 0, kRates);
    CHECK(load.in_flight < 1);
    // Also when others go on calling.
    Load busy;
    for (int i = 0; i < 1000; ++i) pick(busy, 1s);
    for (Time now = 1s; now < 600s; now += 10ms) {
        pick(busy, now);
        report(busy, now + 5ms, {CallOutcome::success, 5ms});
    }
    CHECK(busy.in_flight < 1);
}

TEST_CASE("a count in flight is bounded, however many clients die") {
    Load load;
    Time now = 1s;
    for (int i = 0; i < 1'000'000; ++i) pick(load, now += 1ms);
    // A thousand a second for the time constant of a minute.
    CHECK(load.in_flight < 61'000);
}

TEST_CASE("a slower call raises the estimate more than a faster one lowers it") {
    Load load;
    report(load, 1s, {CallOutcome::success, 1000us});
    CHECK(load.latency_us == 1000);
    auto slower = load;
    report(slower, 1s, {CallOutcome::success, 2000us});
    auto faster = load;
    report(faster, 1s, {CallOutcome::success, 0us});
    CHECK(slower.latency_us - 1000 > 1000 - faster.latency_us);
}

TEST_CASE("a quick failure says nothing of the latency, a slow one does") {
    Load load;
    report(load, 1s, {CallOutcome::success, 1000us});
    report(load, 1s, {CallOutcome::failure, 1us});
    CHECK(load.latency_us == 1000);
    report(load, 1s, {CallOutcome::failure, 1s});
    CHECK(load.latency_us > 100'000);
}

TEST_CASE("an endpoint that isn't called drifts to its module's latency, and is forgiven") {
    Load load;
    report(load, 1s, {CallOutcome::success, 1000us});
    report(load, 1s, {CallOutcome::failure, 5000us});
    CHECK(load.failure_rate > 0.1);
    load.decay_to(10min, 1000, kRates);
    CHECK(load.latency_us == Approx(1000).epsilon(0.01));
    CHECK(load.failure_rate < 0.01);
}

TEST_CASE("the latency that nobody tells is found from picks and reports") {
    // Calls of 20 ms, 100 a second and each reported in time but without its latency.
    Load load;
    std::mt19937 random(1);
    std::deque<Time> ends;
    std::vector<float> told;
    for (Time now = 1s; now < 60s; now += 1ms) {
        while (!ends.empty() && ends.front() <= now) {
            told.push_back(report(load, ends.front()));
            ends.pop_front();
        }
        if (random() % 10 == 0) {
            pick(load, now);
            ends.push_back(now + 20ms);
        }
    }
    double sum = 0;
    for (const auto each : told) sum += each;
    CHECK(sum / double(told.size()) == Approx(20'000).epsilon(0.02));
    CHECK(load.latency_us == Approx(20'000).epsilon(0.3));
}
