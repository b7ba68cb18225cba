#include "admin/call_series.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::admin;
using namespace std::chrono_literals;
using store::UnixTime;

namespace {

constexpr UnixTime kNoon{1'700'049'600s};

store::CallRow row(unsigned endpoint, UnixTime start, std::uint64_t successes) {
    store::CallRow out;
    out.module = {7, 1};
    if (endpoint > 0) out.endpoint = Endpoint::from_ipv4(0x0A000000U + endpoint, 80);
    out.start = start;
    out.sums.successes = successes;
    return out;
}

}  // namespace

TEST_CASE("a short while has minutes, a longer one hours and days, and none too many") {
    CHECK(empty_series(1h, kNoon).step == 60s);
    CHECK(empty_series(1h, kNoon).from == kNoon - 1h);
    CHECK(empty_series(24h, kNoon).step == 3'600s);
    CHECK(empty_series(24h * 30, kNoon).step == 86'400s);
    const auto longest = empty_series(24h * 4'000, kNoon);
    CHECK((longest.now - longest.from) / longest.step < std::int64_t{kMaxPeriods});
}

TEST_CASE("calls are in the period in which theirs begins, whatever its length") {
    auto series = empty_series(24h, kNoon + 30min);
    add(series, {row(1, kNoon - 2h, 10), row(1, kNoon + 5min, 3), row(1, kNoon + 6min, 4)});
    add(series, {row(2, kNoon - 24h - 1min, 1), row(2, kNoon + 40min, 5)});
    const auto& first = series.lines.at({{7, 1}, row(1, kNoon, 0).endpoint});
    REQUIRE(first.size() == 25);
    CHECK(first[22].calls() == 10);
    CHECK(first[24].calls() == 7);
    const auto& second = series.lines.at({{7, 1}, row(2, kNoon, 0).endpoint});
    CHECK(second[24].calls() == 5);
}

TEST_CASE("a module's series has the sum of its endpoints") {
    auto series = empty_series(5min, kNoon);
    add(series, {row(1, kNoon - 1min, 2), row(2, kNoon - 1min, 3)});
    const auto json = series_json(series);
    CHECK(json.at("step") == 60);
    CHECK(json.at("endpoints").as_array().size() == 2);
    CHECK(json.at("endpoints").at(1).at("host") == "10.0.0.2");
    const auto& calls = json.at("total").at("calls").as_array();
    REQUIRE(calls.size() == 6);
    CHECK(calls[4] == 5);
    CHECK(calls[5] == 0);
    CHECK(json.at("total").at("p99_us").at(4).is_null());
}
