#include "sim/scenario.hpp"

#include <cstdio>

namespace lars::sim {
namespace {

using namespace std::chrono_literals;
using Shape = ServiceTimes::Shape;

constexpr double kLoads[] = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95};
// What is to happen happens then, unless said otherwise: by now every caller knows every server.
constexpr Time kEvent = 10s;

void offer(Scenario& scenario, double load, double capacity) {
    scenario.load = load;
    scenario.rate = rate_for(load, capacity, scenario.times);
}

std::string with_load(const std::string& name, double load) {
    char text[8];
    std::snprintf(text, sizeof text, "_%03.0f", load * 100);
    return name + text;
}

Scenario homogeneous(double load) {
    Scenario scenario{
        .name = with_load("homogeneous", load), .sweep = "homogeneous", .until = kEvent + 40s};
    offer(scenario, load, capacity_of(scenario.servers));
    return scenario;
}

// Four of twenty at half speed, from the beginning and for ever.
Scenario slow_fifth(double load) {
    Scenario scenario{
        .name = with_load("slow_fifth", load), .sweep = "slow_fifth", .until = kEvent + 40s};
    scenario.bad = {0, 4};
    for (std::uint32_t i = 0; i < 4; ++i) scenario.servers[i].speed = 0.5;
    offer(scenario, load, capacity_of(scenario.servers));
    return scenario;
}

// Every 1.25 s another server gets three times slower, for 5 s: four of twenty are slow at any
// time.
Scenario slow_downs() {
    Scenario scenario{.name = "slow_downs_080"};
    std::uint32_t next = 0;
    for (auto at = kEvent - 5s; at < scenario.until + 5s; at += 1250ms, next = (next + 7) % 20) {
        scenario.changes.push_back({.at = at, .servers = {next, 1}, .speed = 1.0 / 3});
        scenario.changes.push_back({.at = at + 5s, .servers = {next, 1}, .speed = 1});
    }
    offer(scenario, 0.8, capacity_of(scenario.servers) - 4 * 8 * 2.0 / 3);
    return scenario;
}

// The first `count` servers fail at once and for good; the load is that on the others.
Scenario failing(const std::string& name, double load, std::uint32_t count, Health health) {
    Scenario scenario{.name = name};
    scenario.bad = {0, count};
    scenario.changes = {{.at = kEvent, .servers = scenario.bad, .health = health}};
    // A black hole's first calls fail when they time out.
    scenario.fails_at = health == Health::black_hole ? kEvent + scenario.timeout : kEvent;
    offer(scenario, load, capacity_of(scenario.servers) - 8 * count);
    return scenario;
}

// The load is that on all, so the half that is left is at twice that. Errors count from two seconds
// after the death.
Scenario half_dead() {
    Scenario scenario{.name = "half_dead_040", .from = kEvent + 2s, .until = 80s};
    scenario.bad = scenario.joining = {0, 10};
    scenario.fails_at = kEvent;
    scenario.recovers_at = scenario.joins_at = 40s;
    scenario.changes = {
        {.at = kEvent, .servers = scenario.bad, .health = Health::refusing},
        {.at = scenario.joins_at, .servers = scenario.bad, .health = Health::up}};
    offer(scenario, 0.4, capacity_of(scenario.servers));
    return scenario;
}

// A 21st server joins the route at a tenth of its speed and warms up over 10 s; figures from then.
Scenario cold_start() {
    Scenario scenario{.name = "cold_start_070", .from = 20s, .until = 60s};
    offer(scenario, 0.7, capacity_of(scenario.servers));
    scenario.servers.push_back({.routed = false});
    scenario.joining = {20, 1};
    scenario.joins_at = scenario.from;
    scenario.changes = {
        {.at = scenario.joins_at,
         .servers = scenario.joining,
         .warming = Warming{0.1, 10s},
         .routed = true}};
    return scenario;
}

// One server after the other is away for 3 s, with a second in between; nobody takes it out of the
// route, and the calls that it had are lost.
Scenario rolling_restart() {
    Scenario scenario{.name = "rolling_restart_070", .until = kEvent + 80s};
    for (std::uint32_t i = 0; i < 20; ++i) {
        const auto at = kEvent + i * 4s;
        scenario.changes.push_back({.at = at, .servers = {i, 1}, .health = Health::refusing});
        scenario.changes.push_back({.at = at + 3s, .servers = {i, 1}, .health = Health::up});
    }
    offer(scenario, 0.7, capacity_of(scenario.servers) - 8);
    return scenario;
}

// Half of the servers have twice as many workers, and weights to match.
Scenario weighted(double load) {
    Scenario scenario{.name = with_load("weighted", load), .until = kEvent + 40s};
    for (std::uint32_t i = 0; i < 10; ++i) {
        scenario.servers[i].workers *= 2;
        scenario.servers[i].weight *= 2;
    }
    offer(scenario, load, capacity_of(scenario.servers));
    return scenario;
}

// One of ten dies, and each caller makes few calls. Many callers, so that the shares mean
// something.
Scenario low_traffic(
    const std::string& name, std::uint32_t callers, double rate_each, Health health
) {
    auto scenario = failing(name, 0, 1, health);
    scenario.servers.resize(10);
    scenario.callers = callers;
    scenario.rate = rate_each * callers;
    scenario.load = scenario.rate / rate_for(1, 9 * 8, scenario.times);
    return scenario;
}

Scenario changed(Scenario scenario, const std::string& suffix, void (*change)(Scenario&)) {
    scenario.name += suffix;
    if (!scenario.sweep.empty()) scenario.sweep += suffix;
    change(scenario);
    return scenario;
}

void from_one(Scenario& scenario) {
    scenario.callers = 1;
}
void from_hundred(Scenario& scenario) {
    scenario.callers = 100;
}
void blind(Scenario& scenario) {
    scenario.latencies = Latencies::not_reported;
}
void lognormal(Scenario& scenario) {
    scenario.times.shape = Shape::lognormal;
}
void bimodal(Scenario& scenario) {
    scenario.times.shape = Shape::bimodal;
}
void retrying(Scenario& scenario) {
    scenario.retries = 1;
}
// Back 16 s after the death: just after adaptive's fourth try, and 15 s before its fifth.
void back_at_the_worst_moment(Scenario& scenario) {
    scenario.recovers_at = scenario.joins_at = kEvent + 16s;
    scenario.changes.back().at = scenario.joins_at;
}
void for_minutes(Scenario& scenario) {
    scenario.until = kEvent + 300s;
}

}  // namespace

std::vector<Scenario> all_scenarios() {
    std::vector<Scenario> all;
    for (const auto load : kLoads) all.push_back(homogeneous(load));
    for (const auto load : kLoads) all.push_back(slow_fifth(load));
    for (const auto load : {0.5, 0.8, 0.9}) {
        all.push_back(changed(slow_fifth(load), "_1_caller", from_one));
        all.push_back(changed(slow_fifth(load), "_100_callers", from_hundred));
        all.push_back(changed(slow_fifth(load), "_no_latency", blind));
    }
    all.push_back(changed(homogeneous(0.8), "_1_caller", from_one));
    all.push_back(changed(homogeneous(0.8), "_100_callers", from_hundred));
    all.push_back(changed(homogeneous(0.8), "_lognormal", lognormal));
    all.push_back(changed(homogeneous(0.8), "_bimodal", bimodal));
    all.push_back(changed(slow_fifth(0.8), "_lognormal", lognormal));
    all.push_back(changed(slow_fifth(0.8), "_bimodal", bimodal));
    all.push_back(slow_downs());
    all.push_back(weighted(0.8));

    const auto dead_one = failing("dead_one", 0.5, 1, Health::refusing);
    all.push_back(dead_one);
    all.push_back(changed(dead_one, "_100_callers", from_hundred));
    all.push_back(changed(dead_one, "_retry", retrying));
    all.push_back(failing("black_hole_one", 0.5, 1, Health::black_hole));
    all.push_back(failing("fast_fail_two", 0.5, 2, Health::failing_fast));
    all.push_back(failing("half_fail_two", 0.5, 2, Health::failing_half));
    all.push_back(half_dead());
    all.push_back(changed(half_dead(), "_worst_moment", back_at_the_worst_moment));
    all.push_back(cold_start());
    all.push_back(rolling_restart());

    all.push_back(low_traffic("low_traffic_100", 50, 100, Health::refusing));
    all.push_back(low_traffic("low_traffic_100_black_hole", 50, 100, Health::black_hole));
    all.push_back(changed(low_traffic("low_traffic_1", 100, 1, Health::refusing), "", for_minutes));
    for (auto& each : retry_scenarios()) all.push_back(std::move(each));
    for (auto& each : zone_scenarios()) all.push_back(std::move(each));
    for (auto& each : share_scenarios()) all.push_back(std::move(each));
    return all;
}

}  // namespace lars::sim
