#pragma once

#include "agent/call_ledger.hpp"
#include "agent/eviction.hpp"
#include "agent/module_map.hpp"
#include "agent/pull_schedule.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace lars::agent {

/// All that a shard knows of modules: which it holds, when to ask dns for them, which to drop, and
/// what calls were made. No I/O and no clock; belongs to one thread.
class ModuleTable {
public:
    using MakePolicy = ModuleMap::MakePolicy;

    struct Options {
        /// Routes in use are asked for again this often.
        std::chrono::milliseconds update_timeout{15'000};
        Eviction::Limits limits;
        /// Where this host is; empty: not said.
        std::string zone = {};
    };

    /// The listener outlives the table; it may be null.
    ModuleTable(
        const Options& options, MakePolicy make_policy, const lb::Listener* listener = nullptr
    );

    void set_options(const Options& options) {
        pulls_.set_update_timeout(options.update_timeout);
        eviction_.set_limits(options.limits);
        modules_.set_zone(options.zone);
    }

    const Eviction::Limits& limits() const { return eviction_.limits(); }

    /// A module that a client asks for: an unknown one is asked of dns. Null when there are too
    /// many to hold another.
    Module* use(ModuleId id, lb::Time now);
    /// Null when it isn't held.
    Module* find(ModuleId id) { return modules_.find(id); }
    /// Counts a call. False when the endpoint isn't in the module's route.
    bool report(ModuleId id, const Endpoint& endpoint, const lb::Call& call, lb::Time now);

    /// What dns says. Answers whether another route is held than before.
    bool set_route(lb::EndpointTablePtr endpoint_table, RouteSource source, lb::Time now);
    /// dns says that a route is still right. Answers whether it is the one that is held, and comes
    /// from another store or version than before.
    bool confirm(const RouteConfirmation& confirmation, lb::Time now);
    /// A route from before the agent's start; dns will be asked whether it is still right.
    void restore(lb::EndpointTablePtr endpoint_table, lb::Time now);

    /// Every module is to be asked for again: dns is another one, or has forgotten.
    void ask_all() { pulls_.ask_all(modules_); }
    /// What to ask dns now, at most that many modules; the rest stays due.
    std::vector<Pull> drain_pulls(std::size_t max, lb::Time now) {
        return pulls_.drain(modules_, max, now);
    }
    bool pulls_due() const { return pulls_.due(); }

    /// Ends windows and timeouts that are due, asks again and drops what nobody uses; each call
    /// looks at a part of the modules, so that none takes long, and kTurns calls at all of them.
    /// Modules with a route stay while dns is out of reach.
    void advance(bool dns_reachable, lb::Time now);
    static constexpr std::size_t kTurns = 20;
    /// Modules dropped since the last time: dns need no longer push their routes.
    std::vector<ModuleId> drain_dropped() { return eviction_.drain_evicted(); }

    /// Calls since the last time, of at most that many endpoints; the rest is left for later calls.
    std::vector<ModuleCalls> drain_calls(std::size_t max, lb::Time now) {
        return calls_.drain(max, now);
    }
    bool calls_left() const { return calls_.left(); }

    const ModuleMap& modules() const { return modules_; }
    /// Whether a module that isn't held can't be, whatever it is.
    bool full() const { return !eviction_.admits(modules_); }
    std::size_t size() const { return modules_.size(); }
    /// Of them without a route.
    std::size_t unknown() const { return modules_.unknown(); }

private:
    Module& add(ModuleId id, lb::Time now);
    void hold(Module& module, lb::EndpointTablePtr endpoint_table, lb::Time now);

    ModuleMap modules_;
    PullSchedule pulls_;
    Eviction eviction_;
    CallLedger calls_;
    std::size_t next_ = 0;  // where advance() goes on
};

}  // namespace lars::agent
