#include "sim/scenario.hpp"

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

constexpr Time kEvent = 10s;

void offer(Scenario& scenario, double load, double capacity) {
    scenario.load = load;
    scenario.rate = rate_for(load, capacity, scenario.times);
}

// Three zones with so many servers and callers each.
Scenario zoned(
    const std::string& name,
    const std::vector<std::uint32_t>& servers,
    const std::vector<std::uint32_t>& callers
) {
    Scenario scenario{.name = name, .until = kEvent + 40s};
    scenario.servers.clear();
    scenario.callers = 0;
    for (std::uint32_t zone = 0; zone < servers.size(); ++zone) {
        for (std::uint32_t i = 0; i < servers[zone]; ++i) {
            scenario.servers.push_back({.zone = zone});
        }
        scenario.callers += callers[zone];
    }
    scenario.zones = three_zones(callers);
    return scenario;
}

// One of the zones without the others, to compare with.
Scenario zone_alone() {
    Scenario scenario{.name = "zone_alone_080", .until = kEvent + 40s};
    scenario.servers.resize(10);
    offer(scenario, 0.8, capacity_of(scenario.servers));
    return scenario;
}

Scenario all_well() {
    auto scenario = zoned("zones_080", {10, 10, 10}, {10, 10, 10});
    offer(scenario, 0.8, capacity_of(scenario.servers));
    return scenario;
}

// Servers of the first zone die at once; the load is that on the others. Figures from one second
// after.
Scenario dying(const std::string& name, std::uint32_t count) {
    auto scenario = zoned(name, {10, 10, 10}, {10, 10, 10});
    scenario.bad = {0, count};
    scenario.changes = {{.at = kEvent, .servers = scenario.bad, .health = Health::refusing}};
    scenario.fails_at = kEvent;
    scenario.from = kEvent + 1s;
    scenario.until = kEvent + 41s;
    offer(scenario, 0.8, capacity_of(scenario.servers) - 8 * count);
    return scenario;
}

// A zone that dies comes back after 20 s.
Scenario coming_back() {
    auto scenario = dying("zone_comes_back", 10);
    scenario.joining = scenario.bad;
    scenario.recovers_at = scenario.joins_at = kEvent + 20s;
    scenario.until = scenario.joins_at + 30s;
    scenario.changes.push_back(
        {.at = scenario.joins_at, .servers = scenario.bad, .health = Health::up}
    );
    return scenario;
}

// A fifth of the servers for half of the callers. At this load the others would be below 0.7 if
// this zone were kept full.
Scenario skewed(const std::string& name, std::uint32_t callers) {
    auto scenario = zoned(name, {6, 12, 12}, {callers / 2, callers / 4, callers / 4});
    offer(scenario, 0.7, capacity_of(scenario.servers));
    return scenario;
}

}  // namespace

std::vector<Scenario> zone_scenarios() {
    return {
        zone_alone(),
        all_well(),
        dying("zone_dies", 10),
        dying("zone_half_dies", 5),
        coming_back(),
        skewed("zone_skewed_callers", 40),
        // Twenty calls a second from each: who calls seldom learns slowly.
        skewed("zone_skewed_callers_800", 800)};
}

}  // namespace lars::sim
