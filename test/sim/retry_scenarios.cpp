#include "sim/scenario.hpp"

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

constexpr Time kEvent = 10s;

Scenario retrying(const std::string& name) {
    Scenario scenario{.name = name};
    scenario.retries = 2;
    scenario.budgeted = true;
    return scenario;
}

// One of twenty refuses all calls; the load is half of what the others can do.
Scenario dead_one() {
    auto scenario = retrying("retry_dead_one");
    scenario.bad = {0, 1};
    scenario.fails_at = kEvent;
    scenario.changes = {{.at = kEvent, .servers = scenario.bad, .health = Health::refusing}};
    scenario.load = 0.5;
    scenario.rate = rate_for(0.5, capacity_of(scenario.servers) - 8, scenario.times);
    return scenario;
}

// All fail at once, for ten hosts that make 100 calls a second each.
Scenario all_failing() {
    auto scenario = retrying("retry_all_failing");
    const Servers all{0, static_cast<std::uint32_t>(scenario.servers.size())};
    scenario.changes = {{.at = kEvent, .servers = all, .health = Health::failing_fast}};
    scenario.rate = 1'000;
    return scenario;
}

}  // namespace

std::vector<Scenario> retry_scenarios() {
    return {dead_one(), all_failing()};
}

}  // namespace lars::sim
