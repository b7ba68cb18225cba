#include "dns/registration/alive_series.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kStart{std::chrono::hours(1)};

store::DatabaseClock::Time database(std::chrono::microseconds after) {
    return store::DatabaseClock::Time(std::chrono::hours(24 * 365)) + after;
}

}  // namespace

TEST_CASE("a series goes on while what is written follows closely") {
    AliveSeries series(2s, kStart);
    CHECK_FALSE(series.since(kStart));
    CHECK(series.lost(kStart));
    for (int i = 0; i < 10; ++i) {
        series.note_written(kStart + i * 1s, database(i * 1s));
        CHECK(series.since(kStart + i * 1s + 1s) == kStart);
    }
    CHECK_FALSE(series.lost(kStart + 10s));
    CHECK(series.lost(kStart + 11s));
    CHECK_FALSE(series.since(kStart + 12s));
    series.note_written(kStart + 12s, database(12s));
    CHECK(series.since(kStart + 12s) == kStart + 12s);
}

TEST_CASE("a step of the database's clock begins a series anew, in either direction") {
    for (const auto step : {1h, -1h}) {
        AliveSeries series(2s, kStart);
        series.note_written(kStart, database(0s));
        series.note_written(kStart + 1s, database(1s + 200ms));
        CHECK(series.since(kStart + 1s) == kStart);
        series.note_written(kStart + 2s, database(2s + step));
        CHECK(series.since(kStart + 2s) == kStart + 2s);
        series.note_written(kStart + 3s, database(3s + step));
        CHECK(series.since(kStart + 3s) == kStart + 2s);
    }
}
