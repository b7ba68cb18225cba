#pragma once

#include "agent/module_calls.hpp"
#include "lb/balancer.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace lars::agent {

/// A question to dns, with the route that is held already.
struct Pull {
    ModuleId module;
    std::uint64_t etag = 0;  ///< 0: none

    friend bool operator==(const Pull&, const Pull&) = default;
};

/// Who answered: an original dns can't tell "removed" from "my table is empty just now".
enum class RouteSource { ours, original };

/// The modules of one shard: their routes, balancers and calls, when to ask dns for them, and when
/// to forget them. No I/O and no clock; belongs to one thread.
class ModuleTable {
public:
    using MakePolicy = std::function<lb::PolicyFactory(ModuleId, const RoutePolicy&)>;

    struct Options {
        /// Routes in use are asked for again this often.
        std::chrono::milliseconds update_timeout{15'000};
        /// A module that nobody asks for is dropped after this time; one without a route, which is
        /// a negative answer remembered, after the other.
        std::chrono::milliseconds idle_timeout{3'600'000};
        std::chrono::milliseconds unknown_timeout{5'000};
        std::size_t max_modules = 250'000;
        /// Of them without a route; bounds what strangers can cost.
        std::size_t max_unknown = 10'000;
    };

    class Module {
    public:
        ModuleId id() const { return id_; }
        /// Null until a route came that has endpoints.
        lb::Balancer* balancer() { return balancer_ ? &*balancer_ : nullptr; }
        const lb::Balancer* balancer() const { return balancer_ ? &*balancer_ : nullptr; }
        /// Whether dns has said anything about it, and be it that it doesn't exist.
        bool answered() const { return answered_; }
        lb::Time last_used() const { return last_used_; }
        /// How often clients asked for it, and told of calls to it.
        std::uint64_t questions() const { return questions_; }
        std::uint64_t reports() const { return reports_; }

    private:
        friend class ModuleTable;
        struct Calls {
            std::uint32_t successes = 0;
            std::uint32_t failures = 0;
            std::uint64_t latency_sum_us = 0;
        };
        using Latencies = std::array<std::uint32_t, kLatencyBuckets>;
        /// Since the last time that calls were taken, by slot.
        struct Counted {
            std::unique_ptr<Calls[]> calls;          // null: none
            std::unique_ptr<Latencies[]> latencies;  // null: of no call is it known
            lb::Time since{};
        };

        bool unknown() const { return !balancer_ || balancer_->endpoint_table().size() == 0; }
        std::uint64_t etag() const { return balancer_ ? balancer_->endpoint_table().etag() : 0; }

        ModuleId id_;
        std::uint32_t position_ = 0;  // among all
        std::uint8_t empty_answers_ = 0;
        bool answered_ = false;
        bool used_ = false;    // since the last pull
        bool called_ = false;  // since the last take_calls()
        lb::Time last_used_{};
        lb::Time next_pull_{};
        std::uint64_t questions_ = 0;
        std::uint64_t reports_ = 0;
        Counted counted_;
        std::optional<lb::Balancer> balancer_;
    };

    /// The listener outlives the table; it may be null.
    ModuleTable(
        const Options& options, MakePolicy make_policy, const lb::Listener* listener = nullptr
    );

    /// A module that a client asks for: an unknown one is asked of dns. Null when there are too
    /// many to take another.
    Module* use(ModuleId id, lb::Time now);
    Module* find(ModuleId id);
    /// Counts a call. False when the endpoint isn't in the module's route.
    bool report(ModuleId id, const Endpoint& endpoint, const lb::Call& call, lb::Time now);

    /// Answers whether another route is held than before.
    bool set_route(lb::EndpointTablePtr endpoint_table, RouteSource source, lb::Time now);
    /// A route from before the agent's start; dns will be asked whether it is still right.
    void restore(lb::EndpointTablePtr endpoint_table, lb::Time now);

    /// Every module is to be asked again: dns is a new one.
    void ask_all();
    /// What to ask dns now, and no more than that many.
    std::vector<Pull> take_pulls(std::size_t max, lb::Time now);
    bool pulls_wanted() const { return !wanted_.empty() || asking_ < modules_.size(); }
    /// Modules dropped since the last time: dns need no longer send their routes.
    std::vector<ModuleId> take_dropped();

    /// Ends windows and timeouts that are due, asks again and drops what nobody uses; each call
    /// looks at a part of the modules, so that none takes long, and kTurns calls at all of them.
    /// Modules with a route stay while dns is out of reach.
    void advance(bool dns_reachable, lb::Time now);
    static constexpr std::size_t kTurns = 20;

    /// Calls since the last time, of no more than that many endpoints; then there are calls_left
    /// until the rest is taken.
    std::vector<ModuleCalls> take_calls(std::size_t max, lb::Time now);
    bool calls_left() const { return !taking_.empty() || !departed_.empty(); }

    std::size_t size() const { return modules_.size(); }
    /// All of them, in no order. A dropped one's place is taken by the last.
    const Module& at(std::size_t position) const { return *modules_[position]; }
    std::size_t unknown() const { return unknown_; }

private:
    Module& add(ModuleId id, lb::Time now);
    void drop(Module& module);
    void hold(Module& module, lb::EndpointTablePtr endpoint_table, lb::Time now);
    void want(Module& module, lb::Time next_pull);
    /// What endpoints that may no longer be in their module's route were called.
    struct Departed {
        lb::EndpointTablePtr endpoint_table;
        Module::Counted counted;
    };

    bool partly_taken(const Module& module) const {
        return next_slot_ > 0 && !taking_.empty() && taking_.back() == &module;
    }
    static std::optional<EndpointCalls> taken_from(
        Module::Counted& counted, lb::Slot slot, const lb::EndpointTable& endpoint_table
    );
    std::size_t take_some(Module& module, std::size_t max, lb::Time now, ModuleCalls& taken);
    std::size_t take_some(Departed& departed, std::size_t max, ModuleCalls& taken);

    Options options_;
    MakePolicy make_policy_;
    const lb::Listener* listener_;
    boost::unordered_flat_map<ModuleId, Module*, std::hash<ModuleId>> by_id_;
    std::vector<std::unique_ptr<Module>> modules_;
    std::size_t hand_ = 0;    // where advance() goes on
    std::size_t asking_ = 0;  // where ask_all() is; at the end: nowhere
    std::vector<ModuleId> wanted_;
    std::vector<ModuleId> dropped_;
    std::vector<Module*> called_;
    std::vector<Module*> taking_;
    lb::Slot next_slot_ = 0;  // of the last of taking_
    std::deque<Departed> departed_;
    lb::Slot next_departed_ = 0;  // of the first of departed_
    std::size_t unknown_ = 0;
};

}  // namespace lars::agent
