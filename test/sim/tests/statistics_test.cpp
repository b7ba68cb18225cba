#include "sim/statistics.hpp"

#include "sim/event_queue.hpp"
#include "support/catch.hpp"

using namespace lars::sim;
using namespace std::chrono_literals;

TEST_CASE("quantiles are within half a percent") {
    Histogram histogram;
    CHECK(histogram.quantile_ms(0.5) == 0);
    for (int i = 1; i <= 100'000; ++i) histogram.add(i * 1us);
    CHECK(histogram.count() == 100'000);
    CHECK(histogram.mean_ms() == Approx(50.0005));
    for (const auto share : {0.001, 0.1, 0.5, 0.99, 0.999, 1.0}) {
        CHECK(histogram.quantile_ms(share) == Approx(100 * share).epsilon(0.005));
    }
}

TEST_CASE("times are told apart down to nothing and up to minutes") {
    for (const Time time : {0ns, 1ns, 255ns, 256ns, 511ns, 513ns, Time(1h)}) {
        Histogram histogram;
        histogram.add(time);
        CHECK(
            histogram.quantile_ms(1) ==
            Approx(double(time.count()) / 1e6).epsilon(0.005).margin(1e-6)
        );
    }
}

TEST_CASE("picks are counted by server and time") {
    Picks picks(3);
    picks.note(0, 50ms);
    picks.note(2, 150ms);
    picks.note(2, 199ms);
    CHECK(picks.of(2, 100ms, 200ms) == 2);
    CHECK(picks.of(2, 0ms, 100ms) == 0);
    CHECK(picks.all(0ms, 200ms) == 3);
    CHECK(picks.all(0ms, 1h) == 3);
}

TEST_CASE("events come by their time, whether from a lane or not") {
    EventQueue<int> events;
    const auto slow = events.add_lane(10ms);
    const auto quick = events.add_lane(1ms);
    CHECK(events.empty());
    events.push(5ms, 3);
    events.push(2ms, 2);
    events.push_in(slow, 0ms, 4);
    events.push_in(quick, 0ms, 1);
    events.push_in(slow, 1ms, 5);
    for (int expected = 1; expected <= 5; ++expected) CHECK(events.pop().event == expected);
    CHECK(events.empty());
}

TEST_CASE("a ring keeps its order while it grows and goes round") {
    Ring<int> ring;
    int pushed = 0;
    int popped = 0;
    for (int round = 0; round < 100; ++round) {
        for (int i = 0; i < 7; ++i) ring.push(pushed++);
        for (int i = 0; i < 5; ++i, ring.pop()) REQUIRE(ring.front() == popped++);
        REQUIRE(ring[1] == popped + 1);
    }
    CHECK(ring.size() == 200);
    ring.clear();
    CHECK(ring.empty());
}
