#pragma once

#include "sim/server.hpp"
#include "sim/workload.hpp"
#include "sim/zones.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lars::sim {

/// `count` servers from `first` up.
struct Servers {
    std::uint32_t first = 0;
    std::uint32_t count = 0;

    bool contains(std::size_t server) const { return server >= first && server - first < count; }
};

/// What happens to servers at some moment; what isn't said stays.
struct Change {
    Time at{};
    Servers servers;
    std::optional<Health> health = {};
    std::optional<double> speed = {};
    std::optional<Warming> warming = {};
    std::optional<bool> routed = {};
};

enum class Latencies : std::uint8_t { reported, not_reported };

/// Calls of which nobody tells the caller's balancer how they went.
enum class Unreported : std::uint8_t {
    none,
    one,          ///< one call, whoever gets it
    one_of_each,  ///< one of the first hundred of each server
    thousandth,   ///< one call in a thousand
};

/// Callers that make their next call when one has ended, until there were so many for each server:
/// who gets which share of them. Calls wait nowhere, so servers are equal whatever they get.
struct Shares {
    std::uint32_t in_flight = 0;  ///< calls of one caller at a time; 0: the scenario isn't of these
    std::uint32_t calls_each = 500;
    double first_call = 20;  ///< times as long as others, for each call in flight and server
    Unreported unreported = Unreported::none;
    bool one_fails = false;  ///< one of the first calls
};

/// One experiment: a fleet, its callers, and what happens to them.
struct Scenario {
    std::string name;
    std::string sweep;  ///< the same at several loads; empty: it isn't one of these
    double load = 0;    ///< offered work over the capacity of the servers that are up

    std::vector<ServerOptions> servers{20};
    std::vector<Change> changes;

    std::uint32_t callers = 10;
    Zones zones;
    double rate = 0;  ///< calls per second, of all callers together
    ServiceTimes times;
    Time timeout = std::chrono::seconds(1);
    std::uint32_t retries = 0;
    /// Retries leave out whom the call has been to, and draw on their module's budget.
    bool budgeted = false;
    Latencies latencies = Latencies::reported;

    /// Calls made from `from` until `until` count for the figures.
    Time from = std::chrono::seconds(10);
    Time until = std::chrono::seconds(70);

    Shares shares;

    Servers bad;         ///< those whose share of the picks is told
    Time fails_at{};     ///< when calls to them begin to fail; 0: they don't
    Time recovers_at{};  ///< 0: never
    Servers joining;     ///< those that come, or come back, …
    Time joins_at{};     ///< … at this moment
};

/// Workers of speed 1 that these servers amount to.
double capacity_of(const std::vector<ServerOptions>& servers);
/// The rate that is `load` of what `capacity` workers of speed 1 can do.
double rate_for(double load, double capacity, const ServiceTimes& times);

/// Those of equal servers and callers one at a time: every combination of what may disturb shares.
std::vector<Scenario> share_scenarios();
/// Those of calls that are tried again elsewhere.
std::vector<Scenario> retry_scenarios();
/// Those with servers and callers in zones.
std::vector<Scenario> zone_scenarios();
/// All scenarios there are.
std::vector<Scenario> all_scenarios();

}  // namespace lars::sim
