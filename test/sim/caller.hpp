#pragma once

#include "lb/balancer.hpp"
#include "lb/retry_budget.hpp"
#include "sim/policies/policies.hpp"
#include "sim/scenario.hpp"

#include <optional>
#include <span>

namespace lars::sim {

/// One host that calls: libs/lb as an agent uses it, with its own view of the servers.
class Caller {
public:
    Caller(const lb::PolicyFactory& factory, Latencies latencies, std::uint64_t seed);

    void set_zone(const std::string& zone) { balancer_.set_zone(zone); }
    void set_route(const Route& route, Time now) { balancer_.update(route, now); }

    /// The server to call; none when there is none.
    std::optional<std::uint32_t> pick(Time now);
    /// Another one than those that the call has been to, if the budget of retries allows for it.
    std::optional<std::uint32_t> pick_again(std::span<const std::uint32_t> tried, Time now);
    void report(std::uint32_t server, lb::CallOutcome outcome, Time took, Time now);
    void advance(Time now) { balancer_.advance(now); }

private:
    Latencies latencies_;
    lb::Balancer balancer_;
    lb::Random random_;
    lb::RetryBudget budget_;
    std::uint32_t calls_ = 0;
};

}  // namespace lars::sim
