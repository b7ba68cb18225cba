#include "reporter/clock_difference.hpp"

#include "support/catch.hpp"

using namespace lars::reporter;
using namespace std::chrono_literals;

TEST_CASE("a difference of clocks is said once, when it changes, and when it's over") {
    ClockDifference difference(2s);
    CHECK_FALSE(difference.note(1'900ms));
    CHECK(difference.value() == 0ms);
    CHECK(difference.note(300s));
    CHECK_FALSE(difference.note(300s));
    CHECK_FALSE(difference.note(301s));
    CHECK(difference.value() == 301s);
    CHECK(difference.note(302s));
    CHECK(difference.note(-300s));
    CHECK(difference.note(100ms));
    CHECK(difference.value() == 0ms);
    CHECK_FALSE(difference.note(-100ms));
}

TEST_CASE("a difference about as large as the tolerance doesn't come and go") {
    ClockDifference difference(2s);
    CHECK(difference.note(2s));
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(difference.note(1'900ms));
        CHECK_FALSE(difference.note(2'100ms));
    }
}

TEST_CASE("a difference is told in words") {
    CHECK(clock_words(300s) == "300 s ahead of the database's");
    CHECK(clock_words(-4'400ms) == "4 s behind the database's");
    CHECK(clock_words(0s) == "as the database's again");
}
