#pragma once

#include "agent/module_table.hpp"
#include "agent/name_table.hpp"
#include "agent/query.hpp"
#include "agent/waiters.hpp"
#include "metrics/bad_input.hpp"
#include "metrics/registry.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace lars::agent {

/// The one place that answers queries for the modules of a shard, whichever face they come through.
/// Knows neither protobuf nor sockets nor a clock; belongs to one thread, and stays where it is.
class Shard {
public:
    /// Which of the agent's shards this is: it holds the modules of which shard_of() says so.
    struct Place {
        std::size_t index = 0;
        std::size_t shards = 1;
    };

    struct Options {
        ModuleTable::Options modules;
        NameTable::Limits names;
        /// The longest that a query may be parked, whatever it says.
        std::chrono::milliseconds max_wait{100};
        /// Of each module.
        lb::RetryBudgetOptions retries = {};
    };

    /// Questions that were answered NOEXIST because a bound is reached.
    struct Refusals {
        std::uint64_t modules = 0;  ///< the most modules are held
        std::uint64_t unknown = 0;  ///< … of those whose route isn't known
        std::uint64_t waits = 0;    ///< the most first questions wait
        std::uint64_t names = 0;    ///< the most names are held, or the most that stand for nothing
    };

    /// The listener outlives the shard; it may be null.
    Shard(
        Place place,
        const Options& options,
        ModuleTable::MakePolicy make_policy,
        const lb::Listener* listener,
        const lb::Random& random,
        metrics::Registry& metrics
    );
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    /// They count from now on.
    void set_options(const Options& options) {
        max_wait_ = options.max_wait;
        retry_options_ = options.retries;
        modules_.set_options(options.modules);
        names_.set_limits(options.names);
    }

    /// Which module a name stands for, whichever shard holds that. A new name is to be asked for;
    /// parked, if the asker may wait for that, and asked again when it is known.
    NameAnswer find_module(
        std::string_view name, std::chrono::milliseconds max_wait, const Asker& asker, lb::Time now
    );
    /// The same for who waits for nothing, and names that are held already.
    std::optional<ModuleId> known_module(std::string_view name, lb::Time now);

    /// An endpoint to call. Parked if the module is new here, the query may wait, dns is in reach
    /// and not too many wait already.
    HostAnswer get_host(const HostQuery& query, const Asker& asker, lb::Time now);
    /// All endpoints of a module, with what is known of them.
    RouteAnswer get_route(ModuleId module, lb::Time now);
    /// Counts a call.
    ReportAnswer report(const CallReport& report, lb::Time now);

    /// What dns says; answers the queries that wait for it. True if another route is held than
    /// before.
    bool set_route(lb::EndpointTablePtr endpoint_table, RouteSource source, lb::Time now);
    /// dns says that a route is still right. True if it comes from elsewhere than before.
    bool confirm(const RouteConfirmation& confirmation, lb::Time now) {
        return modules_.confirm(confirmation, now);
    }
    /// What a name stands for now; has those asked again that wait for it.
    void set_name(const NameUpdate& update, lb::Time now);
    /// Whether there is a dns that can be asked for names.
    void set_names_reachable(bool reachable) { names_reachable_ = reachable; }
    /// Whether dns can be asked; with a new connection, every module has to be.
    void set_dns_reachable(bool reachable);
    /// To be called every 50 ms or so.
    void advance(lb::Time now) {
        modules_.advance(dns_reachable_, now);
        names_.advance(names_reachable_, now);
    }

    /// When to call end_waits(); Time::max() when nobody waits.
    lb::Time next_wait_end() const { return waiters_.next_due(); }
    /// Answers the queries whose time is over.
    void end_waits(lb::Time now);

    /// Since the last time.
    Refusals drain_refusals() { return std::exchange(refusals_, {}); }

    ModuleTable& modules() { return modules_; }
    NameTable& names() { return names_; }
    std::size_t index() const { return place_.index; }

private:
    std::optional<Forward> other_owner(ModuleId module);
    Module* use(ModuleId module, lb::Time now);
    NameTable::Name* say(std::string_view name, lb::Time now);
    bool may_park(std::chrono::milliseconds wait);
    bool park(const HostQuery& query, const Asker& asker, lb::Time now);
    bool park_for_name(
        std::string_view name, std::chrono::milliseconds max_wait, const Asker& asker, lb::Time now
    );
    lb::Pick pick_of(Module& module, const lb::PickContext& context, lb::Time now);
    lb::Pick counted(lb::Pick pick);
    void reply(const std::vector<Waiters::Waiter>& waiters, lb::Time now);

    Place place_;
    std::chrono::milliseconds max_wait_;
    lb::RetryBudgetOptions retry_options_;
    ModuleTable modules_;
    NameTable names_;
    Waiters waiters_;
    lb::Random random_;
    bool dns_reachable_ = false;
    bool names_reachable_ = false;
    metrics::BadInput bad_input_;
    std::array<metrics::Counter*, 4> answers_{};  // by return code
    std::array<metrics::Counter*, kNearnessLevels> near_{};
    metrics::Counter& reports_;
    metrics::Counter& strange_reports_;
    metrics::Counter& misdirected_;
    metrics::Counter& refused_;
    metrics::Counter& waited_;
    metrics::Counter& unparked_;
    metrics::Counter& named_;
    metrics::Counter& aliased_;
    metrics::Counter& nameless_;
    metrics::Counter& names_refused_;
    metrics::Counter& retries_;
    metrics::Counter& refused_retries_;
    Refusals refusals_;
};

}  // namespace lars::agent
