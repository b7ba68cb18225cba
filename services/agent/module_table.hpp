#pragma once

#include "agent/calls.hpp"
#include "base/route.hpp"
#include "lb/balancer.hpp"

#include <functional>
#include <memory>
#include <unordered_map>
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

/// The modules of one shard: their routes, balancers and calls, and when to ask dns for them.
/// No I/O and no clock; belongs to one thread.
class ModuleTable {
public:
    using MakePolicy = std::function<std::unique_ptr<lb::Policy>(const Route&)>;

    struct Options {
        /// Routes in use are asked for again this often.
        std::chrono::milliseconds update_timeout{15'000};
        /// Modules asked for without an answer that has endpoints; bounds what strangers can cost.
        std::size_t max_unknown = 10'000;
    };

    class Module {
    public:
        /// Null until a route came.
        lb::Balancer* balancer() const { return balancer_.get(); }
        const Route& route() const { return route_; }
        /// Whether the endpoint is in the route; the call counts only then.
        bool report(const Endpoint& endpoint, const lb::Call& call, lb::Time now);

    private:
        friend class ModuleTable;
        struct Calls {
            std::uint32_t successes = 0;
            std::uint32_t failures = 0;
            std::uint64_t latency_sum_us = 0;
        };

        bool unknown() const { return route_.endpoints.empty(); }

        Route route_;
        std::uint64_t etag_ = 0;
        std::unique_ptr<lb::Balancer> balancer_;
        std::unordered_map<Endpoint, Calls> calls_;
        bool called_ = false;
        bool used_ = false;
        lb::Time last_used_{};
        lb::Time next_pull_{};
        unsigned empty_answers_ = 0;
    };

    /// The listener outlives the table; it may be null.
    ModuleTable(
        const Options& options, MakePolicy make_policy, const lb::Listener* listener = nullptr
    );

    /// A module that a client asks for: an unknown one is asked of dns. Null when it is unknown
    /// and there are too many of those.
    Module* use(ModuleId id, lb::Time now);
    Module* find(ModuleId id);

    /// Answers whether another route is held than before.
    bool set_route(Route route, RouteSource source, lb::Time now);
    /// A route from before the agent's start; dns will be asked whether it is still right.
    void restore(const Route& route, lb::Time now);
    /// Every module is asked again at the next take_pulls(): dns is a new one.
    void ask_all();
    /// What to ask dns now.
    std::vector<Pull> take_pulls(lb::Time now);
    bool pulls_wanted() const { return !wanted_.empty(); }

    /// Ends windows and timeouts that are due, and forgets unknown modules that nobody uses.
    void advance(lb::Time now);
    /// Calls since the last time, of modules that had any.
    std::vector<ModuleCalls> take_calls();

    std::size_t size() const { return modules_.size(); }
    std::size_t unknown() const { return unknown_; }
    std::uint64_t refused_unknown() const { return refused_unknown_; }

private:
    void hold(Module& module, Route route, lb::Time now);

    Options options_;
    MakePolicy make_policy_;
    const lb::Listener* listener_;
    std::unordered_map<ModuleId, Module> modules_;
    std::vector<ModuleId> wanted_;
    std::size_t unknown_ = 0;
    std::uint64_t refused_unknown_ = 0;
};

}  // namespace lars::agent
