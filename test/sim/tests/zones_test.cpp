#include "sim/simulation.hpp"
#include "support/catch.hpp"

#include <stdexcept>

using namespace lars;
using namespace lars::sim;
using namespace std::chrono_literals;

namespace {

Scenario scenario_of(const std::string& name) {
    for (auto& each : zone_scenarios()) {
        if (each.name == name) return each;
    }
    throw std::invalid_argument(name);
}

Result run(Scenario scenario, const std::string& policy, Time lasts = 3s) {
    scenario.until = scenario.from + lasts;
    return Simulation(scenario, policy, 1).run();
}

}  // namespace

TEST_CASE("callers stand in the zones in order") {
    const auto zones = three_zones({2, 0, 1});
    CHECK(zones.zone_of_caller(0) == 0);
    CHECK(zones.zone_of_caller(1) == 0);
    CHECK(zones.zone_of_caller(2) == 2);
    CHECK(Zones().zone_of_caller(7) == 0);
}

TEST_CASE("who knows no zones calls across them two times in three") {
    CHECK(run(scenario_of("zones_080"), "random").cross_zone_share() == Approx(0.667).margin(0.01));
}

TEST_CASE("a call across zones takes longer by the way") {
    auto scenario = scenario_of("zones_080");
    scenario.rate = 1'000;  // so few that they don't wait for each other
    const auto near = run(scenario, "adaptive");
    for (auto& from : scenario.zones.ways) {
        for (auto& way : from) way += 5ms;
    }
    const auto far = run(scenario, "adaptive");
    CHECK(far.latencies.mean_ms() - near.latencies.mean_ms() == Approx(10).margin(0.2));
}

TEST_CASE("utilisation is what was worked of what could have been") {
    const auto well = run(scenario_of("zones_080"), "random", 10s);
    for (const auto& zone : well.zones) CHECK(zone.utilisation() == Approx(0.8).margin(0.02));
    const auto dead = run(scenario_of("zone_dies"), "oracle", 10s);
    CHECK(dead.zones[0].could_work == Time());
    CHECK(dead.zones[1].utilisation() == Approx(0.8).margin(0.03));
    CHECK(dead.errors == 0);
}

TEST_CASE("the oracle calls across zones only when it is worth the way") {
    const auto well = run(scenario_of("zones_080"), "oracle");
    CHECK(well.cross_zone_share() < 0.5);
    const auto skewed = run(scenario_of("zone_skewed_callers"), "oracle", 10s);
    for (const auto& zone : skewed.zones) CHECK(zone.utilisation() < 0.9);
}
