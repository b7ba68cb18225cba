#include "lb/counters/tally.hpp"

#include "support/catch.hpp"

using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

constexpr Time kWindow = 10s;

}  // namespace

TEST_CASE("a window counts, then starts again") {
    Tally tally;
    for (int i = 0; i < 5; ++i) tally.add(CallOutcome::success, 1h, kWindow);
    tally.add(CallOutcome::failure, 1h + 9s, kWindow);
    CHECK(tally.successes == 5);
    CHECK(tally.failures == 1);
    CHECK(tally.calls() == 6);
    tally.add(CallOutcome::failure, 1h + 10s, kWindow);
    CHECK(tally.successes == 0);
    CHECK(tally.calls() == 1);
}

TEST_CASE("a window begins with its first call") {
    Tally tally;
    tally.add(CallOutcome::success, 1h, kWindow);
    tally.add(CallOutcome::success, 1h + 15s, kWindow);
    CHECK(tally.window_begin == 1h + 15s);
    tally.add(CallOutcome::success, 1h + 24s, kWindow);
    CHECK(tally.calls() == 2);
}

TEST_CASE("a counter at its maximum stays there") {
    std::uint32_t counter = UINT32_MAX - 1;
    add_one(counter);
    add_one(counter);
    CHECK(counter == UINT32_MAX);
}
