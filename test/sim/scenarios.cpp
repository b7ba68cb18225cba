#include "sim/scenario.hpp"

#include <cstdio>

namespace lars::sim {
namespace {

using namespace std::chrono_literals;
using Shape = ServiceTimes::Shape;

constexpr double kLoads[] = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95};

std::string with_load(const std::string& name, double load) {
    char text[8];
    std::snprintf(text, sizeof text, "_%03.0f", load * 100);
    return name + text;
}

Scenario homogeneous(double load) {
    Scenario scenario{.name = with_load("homogeneous", load)};
    scenario.rate = rate_for(load, capacity_of(scenario.servers), scenario.times);
    return scenario;
}

Scenario slow_fifth(double load) {
    Scenario scenario{.name = with_load("slow_fifth", load)};
    scenario.bad = {0, 4};
    for (std::uint32_t i = 0; i < 4; ++i) scenario.servers[i].speed = 0.5;
    scenario.rate = rate_for(load, capacity_of(scenario.servers), scenario.times);
    return scenario;
}

// Whatever happens to some servers at once and lasts; the load is that on the others.
Scenario failing(const std::string& name, double load, std::uint32_t count, Health health) {
    Scenario scenario{.name = name};
    scenario.bad = {0, count};
    scenario.changes = {{.at = 10s, .servers = scenario.bad, .health = health}};
    // A black hole's first calls fail when they time out.
    scenario.fails_at = health == Health::black_hole ? 10s + scenario.timeout : 10s;
    const auto left = capacity_of(scenario.servers) - 8 * count;
    scenario.rate = rate_for(load, left, scenario.times);
    return scenario;
}

Scenario changed(Scenario scenario, const std::string& suffix, void (*change)(Scenario&)) {
    scenario.name += suffix;
    change(scenario);
    return scenario;
}

}  // namespace

std::vector<Scenario> all_scenarios() {
    std::vector<Scenario> all;
    for (const auto load : kLoads) all.push_back(homogeneous(load));
    for (const auto load : kLoads) all.push_back(slow_fifth(load));
    const auto one = [](Scenario& each) { each.callers = 1; };
    const auto hundred = [](Scenario& each) { each.callers = 100; };
    const auto blind = [](Scenario& each) { each.latencies = Latencies::not_reported; };
    all.push_back(changed(slow_fifth(0.8), "_1_caller", one));
    all.push_back(changed(slow_fifth(0.8), "_100_callers", hundred));
    all.push_back(changed(slow_fifth(0.8), "_no_latency", blind));
    all.push_back(failing("dead_one", 0.5, 1, Health::refusing));
    all.push_back(failing("black_hole_one", 0.5, 1, Health::black_hole));
    all.push_back(failing("fast_fail_two", 0.5, 2, Health::failing_fast));
    all.push_back(failing("half_fail_two", 0.5, 2, Health::failing_half));
    return all;
}

}  // namespace lars::sim
