#include "lb/health/slow_start.hpp"

#include "support/catch.hpp"

using namespace lars::lb;
using namespace std::chrono_literals;

TEST_CASE("the share in a slow start grows with the time, from a tenth to the whole") {
    const SlowStart start{.ends_at = 1h + 10s};
    CHECK(start.share(1h, 10s) == Approx(0.1));
    CHECK(start.share(1h + 1s, 10s) == Approx(0.1));
    CHECK(start.share(1h + 5s, 10s) == Approx(0.5));
    CHECK(start.share(1h + 9s, 10s) == Approx(0.9));
    CHECK(start.share(1h + 10s, 10s) == 1);
    CHECK(start.share(2h, 10s) == 1);
}

TEST_CASE("a slow start is over at its end, and not before") {
    const SlowStart start{.ends_at = 1h};
    CHECK_FALSE(start.is_over(1h - 1ns));
    CHECK(start.is_over(1h));
}
