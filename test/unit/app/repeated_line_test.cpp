#include "app/repeated_line.hpp"

#include "support/catch.hpp"

using lars::app::RepeatedLine;
using namespace std::chrono_literals;

namespace {

constexpr RepeatedLine::Time kStart{};

}  // namespace

TEST_CASE("a line that repeats is said again each minute, with how often it came") {
    RepeatedLine lines;
    CHECK(lines.note("it is down", kStart) == "it is down");
    for (auto after = 1s; after < 60s; after += 1s) {
        CHECK_FALSE(lines.note("it is down", kStart + after));
    }
    CHECK(lines.note("it is down", kStart + 60s) == "it is down (60 times since it was said)");
    CHECK_FALSE(lines.note("it is down", kStart + 61s));
    CHECK(lines.note("it is down", kStart + 3min) == "it is down (2 times since it was said)");
}

TEST_CASE("another trouble is said at once, also between two that take turns") {
    RepeatedLine lines;
    CHECK(lines.note("a", kStart));
    CHECK(lines.note("b", kStart + 1s) == "b");
    CHECK_FALSE(lines.note("a", kStart + 2s));
    CHECK_FALSE(lines.note("b", kStart + 3s));
}

TEST_CASE("the end tells how often it was, and the next trouble is said at once") {
    RepeatedLine lines;
    CHECK(lines.end() == 0);
    for (int i = 0; i < 19; ++i) lines.note("a", kStart);
    CHECK(lines.end() == 19);
    CHECK(lines.end() == 0);
    CHECK(lines.note("a", kStart + 1s) == "a");
}

TEST_CASE("texts that differ each time are a few lines a minute, and the others are counted") {
    RepeatedLine lines;
    int said = 0;
    for (int i = 0; i < 1'000; ++i) {
        if (lines.note("row " + std::to_string(i), kStart + i * 1ms)) ++said;
    }
    CHECK(said == 8);
    CHECK(lines.note("row x", kStart + 62s) == "row x (and 992 like it that weren't said)");
}
