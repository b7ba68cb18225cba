#include "admin/call_overview.hpp"

#include "admin/overview_text.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::admin;
using namespace std::chrono_literals;
using store::HistoryLevel;
using store::UnixTime;

namespace {

constexpr UnixTime kNoon{1'700'049'600s};

Endpoint endpoint(unsigned number) {
    return Endpoint::from_ipv4(0x0A000000U + number, 80);
}

CallSums sums(std::uint64_t successes, std::uint64_t failures) {
    return {.successes = successes, .failures = failures};
}

store::StatusRow state(Endpoint endpoint, std::uint32_t caller, UnixTime time, bool overload) {
    return {
        .module = {7, 1},
        .endpoint = endpoint,
        .caller = caller,
        .timestamp = static_cast<std::uint32_t>(time.time_since_epoch().count()),
        .overload = overload};
}

}  // namespace

TEST_CASE("a short while is read in minutes") {
    const auto parts = history_parts(5min, kNoon + 30s);
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].level == HistoryLevel::minute);
    CHECK(parts[0].from == kNoon - 5min);
    CHECK(parts[0].to > kNoon + 30s);
}

TEST_CASE("a longer while is read in hours and days, but its end in finer periods, without gap") {
    const auto now = kNoon + 30min;
    const auto hours = history_parts(std::chrono::days(2), now);
    REQUIRE(hours.size() == 2);
    CHECK(hours[0].level == HistoryLevel::hour);
    CHECK(hours[0].from == kNoon - std::chrono::days(2));
    CHECK(hours[0].to == kNoon - 1h);
    CHECK(hours[1].level == HistoryLevel::minute);
    CHECK(hours[1].from == kNoon - 1h);

    const auto days = history_parts(std::chrono::days(30), now);
    REQUIRE(days.size() == 3);
    CHECK(days[0].level == HistoryLevel::day);
    CHECK(days[0].from == kNoon - 12h - std::chrono::days(30));
    CHECK(days[0].to == kNoon - 12h);
    CHECK(days[1].level == HistoryLevel::hour);
    CHECK(days[1].from == days[0].to);
    CHECK(days[2].from == days[1].to);
    // The first hour of a day: yesterday isn't summed up yet.
    const auto midnight = history_parts(std::chrono::days(30), kNoon + 12h + 1min);
    CHECK(midnight[0].to == kNoon - 12h);
    CHECK(midnight[1].to == kNoon + 11h);
}

TEST_CASE("a module has a line for each endpoint of its route, and for others that were called") {
    CallReading reading{.from = kNoon - 5min, .now = kNoon};
    reading.routes = {{{7, 1}, endpoint(1), 100}, {{7, 1}, endpoint(2), 0}};
    reading.calls = {
        {{7, 1}, endpoint(1), {}, sums(90, 0)},
        {{7, 1}, endpoint(3), {}, sums(9, 1)},
        {{7, 1}, endpoint(1), {}, sums(10, 0)}};
    const auto overview = overview_of(reading, Grain::endpoint);
    REQUIRE(overview.lines.size() == 3);
    CHECK(overview.lines[0].endpoint == endpoint(3));  // the one with failures
    CHECK(overview.lines[0].endpoints == 0);
    CHECK(overview.lines[1].endpoint == endpoint(1));
    CHECK(overview.lines[1].sums == sums(100, 0));
    CHECK(overview.lines[2].endpoint == endpoint(2));
    CHECK(overview.lines[2].sums.calls() == 0);
    CHECK(overview.lines[2].weight == 0);
    CHECK(overview.total.sums == sums(109, 1));
    CHECK(overview.total.endpoints == 2);
    CHECK_FALSE(overview.last_report);
}

TEST_CASE("all modules have a line each, with the sums over their endpoints") {
    CallReading reading{.from = kNoon - 5min, .now = kNoon};
    reading.routes = {
        {{7, 1}, endpoint(1), 100}, {{7, 1}, endpoint(2), 50}, {{8, 1}, endpoint(1), 100}};
    reading.calls = {{{9, 1}, {}, {}, sums(5, 0)}, {{7, 1}, {}, {}, sums(50, 0)}};
    reading.states = {
        state(endpoint(1), 1, kNoon, true),
        state(endpoint(2), 1, kNoon, true),
        state(endpoint(2), 2, kNoon, false)};
    const auto overview = overview_of(reading, Grain::module);
    REQUIRE(overview.lines.size() == 3);
    CHECK(overview.lines[0].module == ModuleId{7, 1});
    CHECK(overview.lines[0].endpoints == 2);
    CHECK(overview.lines[0].weight == 150);
    CHECK(overview.lines[0].callers.size() == 2);
    CHECK(overview.lines[0].avoided.size() == 2);
    CHECK(overview.lines[1].module == ModuleId{9, 1});
    CHECK(overview.lines[2].module == ModuleId{8, 1});
    CHECK(overview.total.sums.calls() == 55);
}

TEST_CASE("callers and states are those of the last five minutes") {
    CallReading reading{.from = kNoon - 1h, .now = kNoon};
    reading.states = {
        state(endpoint(1), 1, kNoon, true),
        state(endpoint(1), 2, kNoon - 1min, false),
        state(endpoint(1), 3, kNoon - 6min, true)};
    const auto overview = overview_of(reading, Grain::endpoint);
    REQUIRE(overview.lines.size() == 1);
    CHECK(overview.lines[0].callers.size() == 2);
    CHECK(overview.lines[0].avoiding.size() == 1);
    CHECK(overview.last_report == kNoon);

    reading.states = {state(endpoint(1), 3, kNoon - 6min, true)};
    const auto old = overview_of(reading, Grain::endpoint);
    CHECK(old.lines.empty());
    CHECK(old.last_report == kNoon - 6min);
}

TEST_CASE("calls to the addresses of a host aren't calls without a route") {
    CallReading reading{.from = kNoon - 5min, .now = kNoon};
    store::RouteRow host{{7, 1}, {.address = {}, .port = endpoint(1).port}, 100};
    host.host = "db.example";
    reading.routes = {host};
    auto elsewhere = endpoint(2);
    elsewhere.port = 9;
    reading.calls = {{{7, 1}, endpoint(1), {}, sums(5, 0)}, {{7, 1}, elsewhere, {}, sums(4, 0)}};
    const auto overview = overview_of(reading, Grain::endpoint);
    REQUIRE(overview.lines.size() == 2);
    CHECK(overview.lines[0].endpoint == endpoint(1));
    CHECK(overview.lines[0].may_be_host);
    CHECK_FALSE(overview.lines[1].may_be_host);
    CHECK(overview.total.endpoints == 1);
    const auto text = format_overview(overview, Grain::endpoint, 10);
    CHECK(text.find("no route") != std::string::npos);
    CHECK(text.find("no route") == text.rfind("no route"));
}
