#include "net/watch_deadlines.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace std::chrono_literals;

TEST_CASE("a look at the clock that comes late is left out once, to read what came meanwhile") {
    constexpr Clock::time_point kDue{1h};
    net::LateLooks looks(100ms);
    CHECK_FALSE(looks.leaves_out(kDue, kDue));
    CHECK_FALSE(looks.leaves_out(kDue, kDue + 100ms));
    CHECK(looks.leaves_out(kDue, kDue + 101ms));
    // Short of CPU for good, it looks every other time.
    CHECK_FALSE(looks.leaves_out(kDue, kDue + 5s));
    CHECK(looks.leaves_out(kDue, kDue + 5s));
    CHECK_FALSE(looks.leaves_out(kDue, kDue + 1ms));
}
