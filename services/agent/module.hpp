#pragma once

#include "agent/route_origin.hpp"
#include "base/call_sums.hpp"
#include "base/module_id.hpp"
#include "lb/balancer.hpp"
#include "lb/retry_budget.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace lars::agent {

/// How clients use a module.
struct ModuleUse {
    lb::Time last{};            ///< when one asked for it
    std::uint64_t queries = 0;  ///< how often they asked for it
    std::uint64_t reports = 0;  ///< calls to it that they reported
};

/// Where PullSchedule is with a module.
struct ModulePull {
    lb::Time next{};                 ///< not before
    std::uint8_t empty_answers = 0;  ///< in succession, of an original dns, while it had a route
    bool answered = false;           ///< dns has answered, and be it that there is no such module
    bool used = false;               ///< since the last pull
};

/// The calls to a module's endpoints since they were drained last, by slot of one route. Of
/// CallLedger.
struct ModuleCounts {
    struct Calls {
        std::uint32_t successes = 0;
        std::uint32_t failures = 0;
        std::uint64_t latency_sum_us = 0;
    };
    using Latencies = std::array<std::uint32_t, kLatencyBuckets>;

    std::unique_ptr<Calls[]> calls;          ///< null: none
    std::unique_ptr<Latencies[]> latencies;  ///< null: no call's latency is known
    lb::Time since{};
};

/// One module that a shard holds: its route in a balancer, and what each of those who look after
/// modules has to remember of it. The members stand in the order in which a query needs them.
class Module {
public:
    explicit Module(ModuleId id) : id_(id) {}

    ModuleId id() const { return id_; }
    /// Null until a route came that has endpoints.
    lb::Balancer* balancer() { return balancer_ ? &*balancer_ : nullptr; }
    const lb::Balancer* balancer() const { return balancer_ ? &*balancer_ : nullptr; }
    /// Whether it has no route, or one without endpoints.
    bool unknown() const { return !balancer_ || balancer_->endpoint_table().size() == 0; }
    /// Of its route; 0: none.
    std::uint64_t etag() const { return balancer_ ? balancer_->endpoint_table().etag() : 0; }
    std::size_t rows() const { return balancer_ ? balancer_->endpoint_table().size() : 0; }

private:
    friend class ModuleMap;

    ModuleId id_;
    std::uint32_t position_ = 0;  // in ModuleMap

public:
    bool called = false;  ///< since CallLedger began to drain last
    ModuleUse use;
    ModulePull pull;
    ModuleCounts counts;

private:
    std::optional<lb::Balancer> balancer_;

public:
    RouteOrigin origin;  ///< of its route
    lb::RetryBudget retries;
};

}  // namespace lars::agent
