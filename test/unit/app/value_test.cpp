#include "app/value.hpp"

#include "support/catch.hpp"

#include <stdexcept>

using namespace lars;
using namespace lars::app;
using namespace std::chrono_literals;

TEST_CASE("a number is a whole text within its range, both ends included") {
    CHECK(parse_number("1", {1, 10}) == 1);
    CHECK(parse_number("10", {1, 10}) == 10);
    for (const auto* bad : {"", "0", "11", "-1", "+1", "1 ", "0x1", "1.5", "4294967297"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(parse_number(bad, {1, 10}), "a number from 1 to 10");
    }
    CHECK(parse_real("0.25", {0, 1}) == 0.25);
    for (const auto* bad : {"", "nan", "1.01", "-0.1", "0.5x"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(parse_real(bad, {0, 1}), "a number from 0 to 1");
    }
}

TEST_CASE("a duration has a unit, unless a bare number has one of its own") {
    const Range<std::chrono::milliseconds> range{0ms, 48h};
    CHECK(parse_duration("200ms", range, {}) == 200ms);
    CHECK(parse_duration("15s", range, {}) == 15s);
    CHECK(parse_duration("2m", range, {}) == 2min);
    CHECK(parse_duration("2d", range, {}) == 48h);
    CHECK(parse_duration("3", range, 1s) == 3s);
    CHECK(parse_duration("0", range, {}) == 0ms);
    CHECK(parse_duration("0s", range, {}) == 0ms);
    CHECK_THROWS_AS(parse_duration("0", {1ms, 1s}, {}), std::invalid_argument);
    for (const auto* bad : {"", "3", "s", "3 s", "3x", "1.5s", "-1s", "3d", "4294967296ms"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_duration(bad, range, {}), std::invalid_argument);
    }
}

TEST_CASE("a duration is printed in the largest unit that holds it whole") {
    CHECK(format_duration(0ms) == "0ms");
    CHECK(format_duration(1'500ms) == "1500ms");
    CHECK(format_duration(90s) == "90s");
    CHECK(format_duration(2h) == "2h");
    CHECK(format_duration(48h) == "2d");
}

TEST_CASE("an address is read with brackets or without them") {
    CHECK(address_to_string(parse_address("127.0.0.1")) == "127.0.0.1");
    CHECK(address_to_string(parse_address("::")) == "::");
    CHECK(address_to_string(parse_address("[::]")) == "::");
    CHECK(parse_address("2001:db8::1") == parse_address("[2001:db8::1]"));
    CHECK(parse_address("::1").port == 0);
    for (const auto* bad :
         {"", "[", "[]", "::1]", "[127.0.0.1]", "127.0.0.1:80", "[::1]:80", "a"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(parse_address(bad), "an address such as 127.0.0.1 or ::1");
    }
}
