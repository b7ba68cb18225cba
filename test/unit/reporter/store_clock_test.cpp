#include "reporter/store_clock.hpp"

#include "support/catch.hpp"

#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <sstream>

using namespace lars;
using namespace lars::reporter;
using namespace std::chrono_literals;

namespace {

constexpr StoreClock::Time kNoon{1'700'049'600s};

struct World {
    double difference() const { return metrics.value("lars_reporter_clock_difference_seconds"); }
    std::size_t lines() const {
        const auto text = said.str();
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    std::ostringstream said;
    spdlog::logger log{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said)};
    metrics::Registry metrics;
    StoreClock clock{metrics, log};
    Clock::time_point start = Clock::now();
};

}  // namespace

TEST_CASE("the database's time goes on by the steady clock, whatever this host's clock says") {
    World world;
    world.clock.note(kNoon, world.start, world.start + 200ms, kNoon + 3 * 24h);
    CHECK(world.clock.at(world.start + 100ms) == kNoon);
    CHECK(world.clock.at(world.start + 100ms + 90s) == kNoon + 90s);
}

TEST_CASE("a host whose clock differs from the database's is shown, and said once") {
    World world;
    world.clock.note(kNoon, world.start, world.start, kNoon + 1s);
    CHECK(world.lines() == 0);
    CHECK(world.difference() == 1);
    for (auto after = 0s; after < 60s; after += 10s) {
        const auto moment = world.start + after;
        world.clock.note(kNoon + after, moment, moment, kNoon + 3 * 24h + after);
    }
    CHECK(world.difference() == 3 * 86'400);
    CHECK(world.lines() == 1);
    CHECK(world.said.str().find("is 259200 s ahead of the database's") != std::string::npos);
    world.clock.note(kNoon, world.start, world.start, kNoon - 600s);
    CHECK(world.lines() == 2);
    world.clock.note(kNoon, world.start, world.start, kNoon);
    CHECK(world.said.str().find("as the database's again") != std::string::npos);
}

TEST_CASE("what may be removed is old by the database's and by an agent's clock") {
    World world;
    const auto start = world.start;
    world.clock.note(kNoon, start, start, kNoon);
    CHECK_FALSE(world.clock.witnessed_at(start));
    const auto noon = std::chrono::floor<std::chrono::seconds>(kNoon);
    world.clock.witness(noon - 31 * 24h, start);
    CHECK(world.clock.witnessed_at(start + 10s) == noon - 31 * 24h + 10s);
    world.clock.witness(noon - 40 * 24h, start);  // of a batch that waited
    CHECK(world.clock.witnessed_at(start + 10s) == noon - 31 * 24h + 10s);
    world.clock.witness(noon + 31 * 24h, start);
    CHECK(world.clock.witnessed_at(start + 10s) == noon + 10s);
    world.clock.note(kNoon - 1h, start, start, kNoon);
    CHECK(world.clock.witnessed_at(start) == noon - 1h);
}
