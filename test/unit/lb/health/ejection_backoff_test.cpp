#include "lb/health/ejection_backoff.hpp"

#include "support/catch.hpp"

#include <set>

using namespace lars::lb;
using namespace std::chrono_literals;

TEST_CASE("the first ejection lasts exactly as long as the option says") {
    const HealthOptions options;
    for (Slot slot = 0; slot < 10; ++slot) {
        EjectionBackoff backoff;
        CHECK(backoff.next(options, slot, 1h) == 1s);
    }
}

TEST_CASE("each further ejection lasts up to twice as long, to the maximum") {
    const HealthOptions options;
    EjectionBackoff backoff;
    backoff.next(options, 3, 1h);
    for (const Time max : {2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        const auto lasts = backoff.next(options, 3, 1h);
        CHECK(lasts <= max);
        CHECK(lasts > max / 2);
    }
    // Also when it was ejected more often than it counts.
    for (int i = 0; i < 1000; ++i) CHECK(backoff.next(options, 3, 1h) <= 60s);
}

TEST_CASE("endpoints that are ejected again together aren't due together") {
    const HealthOptions options;
    std::set<Time> lengths;
    for (Slot slot = 0; slot < 20; ++slot) {
        EjectionBackoff backoff;
        backoff.next(options, slot, 1h);
        lengths.insert(backoff.next(options, slot, 1h));
    }
    CHECK(lengths.size() > 10);
}

TEST_CASE("after a reset the next ejection is the first again") {
    const HealthOptions options;
    EjectionBackoff backoff;
    for (int i = 0; i < 5; ++i) backoff.next(options, 0, 1h);
    backoff.reset();
    CHECK(backoff.next(options, 0, 1h) == 1s);
}

TEST_CASE("an ejection isn't longer than the maximum, even the first") {
    HealthOptions options;
    options.ejection = 5s;
    options.max_ejection = 2s;
    EjectionBackoff backoff;
    CHECK(backoff.next(options, 0, 1h) == 2s);
}
