#pragma once

#include "agent/change_log.hpp"
#include "agent/transition_filter.hpp"
#include "base/route.hpp"
#include "lb/catalog.hpp"
#include "metrics/registry.hpp"

#include <spdlog/logger.h>

#include <array>

namespace lars::agent {

/// Provides the balancers of a shard with their policies, and counts, logs and remembers changes of
/// their endpoints' states. Belongs to one thread, and stays where it is.
class PolicyProvider {
public:
    PolicyProvider(lb::Defaults defaults, metrics::Registry& metrics, spdlog::logger& log);
    PolicyProvider(const PolicyProvider&) = delete;
    PolicyProvider& operator=(const PolicyProvider&) = delete;

    /// The policy that a route names. The default stands in for one that this agent doesn't have,
    /// or not with these parameters; that is counted and logged.
    lb::PolicyFactory policy_for(ModuleId module, const RoutePolicy& policy);
    /// To be told of changes of state.
    const lb::Listener& listener() const { return listener_; }
    /// Logs what was put off. To be called now and then.
    void advance(lb::Time now);
    /// The latest of endpoints that broke or came back. The others aren't kept: tries of a broken
    /// endpoint, or a large route that comes, would leave no room for these.
    const ChangeLog& changes() const { return latest_; }

private:
    void note(ModuleId module, const lb::Transition& transition);

    lb::PolicyFactories factories_;
    spdlog::logger& log_;
    metrics::Counter& refused_;
    std::array<metrics::Counter*, lb::kStates.size()> changes_{};
    ChangeLog latest_;
    TransitionFilter repeats_;
    lb::Listener listener_;
};

}  // namespace lars::agent
