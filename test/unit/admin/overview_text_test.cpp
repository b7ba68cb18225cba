#include "admin/overview_text.hpp"

#include "admin/overview_json.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::admin;
using namespace std::chrono_literals;

namespace {

constexpr store::UnixTime kNoon{1'700'049'600s};

Endpoint endpoint(unsigned number) {
    return Endpoint::from_ipv4(0x0A000000U + number, 80);
}

Overview sample() {
    CallSums timed{.successes = 60'000, .failures = 3};
    timed.buckets[4] = 60'000;  // 512 to 1,024 us
    Overview overview{.from = kNoon};
    overview.lines = {
        {.endpoint = endpoint(1),
         .endpoints = 1,
         .weight = 100,
         .sums = timed,
         .callers = {1, 2, 3},
         .avoiding = {2},
         .avoided = {{{7, 1}, endpoint(1)}}},
        {.endpoint = endpoint(2), .sums = {.successes = 10}, .callers = {1}},
        {.endpoint = endpoint(3), .endpoints = 1},
    };
    overview.total = overview.lines[0];
    overview.total.endpoints = 2;
    overview.total.sums.successes += 10;
    overview.last_report = kNoon + 1min;
    return overview;
}

}  // namespace

TEST_CASE("the table of a module says of each endpoint how its calls went") {
    CHECK(
        format_overview(sample(), Grain::endpoint, 10) ==
        "since 2023-11-15 12:00:00 UTC\n"
        "ENDPOINT     WEIGHT  CALLS  ERRORS   P50     P99      CALLERS  STATE\n"
        "10.0.0.1:80  100     60003  <0.01 %  768 us  1.02 ms  3        overloaded at 1 of 3\n"
        "10.0.0.2:80  -       10     0 %      -       -        1        ok, no route\n"
        "10.0.0.3:80  0       0      -        -       -        0        no calls, drained\n"
        "total        100     60013  <0.01 %  768 us  1.02 ms  3        1 overloaded\n"
    );
}

TEST_CASE("the table of modules counts their endpoints, and says how many lines it leaves out") {
    auto overview = sample();
    for (auto& line : overview.lines) line.module = {7, 1};
    CHECK(
        format_overview(overview, Grain::module, 1) ==
        "since 2023-11-15 12:00:00 UTC\n"
        "MODID     CMDID  ENDPOINTS  CALLS  ERRORS   P50     P99      CALLERS  STATE\n"
        "7         1      1          60003  <0.01 %  768 us  1.02 ms  3        1 overloaded\n"
        "(2 more)\n"
        "total            2          60013  <0.01 %  768 us  1.02 ms  3        1 overloaded\n"
    );
}

TEST_CASE("JSON has the same, with null for what isn't known") {
    const auto all = overview_json(sample(), Grain::endpoint);
    CHECK(all.at("from").as_int64() == 1'700'049'600);
    CHECK(all.at("last_report").as_int64() == 1'700'049'660);
    CHECK(all.at("total").at("calls").as_uint64() == 60'013);
    const auto& lines = all.at("endpoints").as_array();
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].at("host") == "10.0.0.1");
    CHECK(lines[0].at("callers_avoiding").as_uint64() == 1);
    CHECK(lines[0].at("p50_us").as_double() == Approx(768));
    CHECK(lines[1].at("p50_us").is_null());
    CHECK(lines[1].at("error_rate").as_double() == 0);
    CHECK(lines[2].at("error_rate").is_null());
    CHECK(overview_json({}, Grain::module).at("last_report").is_null());
}

TEST_CASE("where there are no calls, it's said why that may be") {
    CHECK(why_no_calls(sample(), {}, kNoon).empty());
    CHECK(why_no_calls({}, {}, kNoon).find("this store has no calls, and no routes. ") == 0);
    CHECK(
        why_no_calls({}, ModuleId{7, 1}, kNoon)
            .find("this store has no calls of module 7/1, and it has no route. ") == 0
    );
    const Overview old{.last_report = kNoon};
    CHECK(
        why_no_calls(old, {}, kNoon + 3h) ==
        "no calls in this time; the last report came 3 hours ago\n"
    );
}
