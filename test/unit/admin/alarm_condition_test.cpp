#include "admin/alarm_condition.hpp"

#include "support/catch.hpp"

#include <stdexcept>

using namespace lars::admin;
using namespace std::chrono_literals;

TEST_CASE("a share is a percentage or a number up to 1") {
    CHECK(parse_share("10%") == 0.1);
    CHECK(parse_share("0.1") == 0.1);
    CHECK(parse_share("100%") == 1);
    for (const auto* bad : {"", "%", "101%", "1.1", "-1%", "10 %", "x"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(parse_share(bad), "a share such as 10% or 0.1");
    }
}

TEST_CASE("a latency is a time from 1 ms to 4 s, which the histogram can tell apart") {
    CHECK(parse_latency("300ms") == 300'000);
    CHECK(parse_latency("4s") == 4'000'000);
    for (const auto* bad : {"0ms", "5s", "300", "x"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_latency(bad), std::invalid_argument);
    }
}

TEST_CASE("a condition holds for whole seconds, up to a day") {
    CHECK(parse_hold("0s") == 0s);
    CHECK(parse_hold("2000ms") == 2s);
    CHECK(parse_hold("24h") == 24h);
    CHECK_THROWS_WITH(parse_hold("1500ms"), "whole seconds");
    CHECK_THROWS_AS(parse_hold("25h"), std::invalid_argument);
}
