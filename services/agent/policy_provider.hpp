#pragma once

#include "agent/change_log.hpp"
#include "base/route.hpp"
#include "lb/catalog.hpp"
#include "metrics/registry.hpp"

#include <spdlog/logger.h>

#include <array>
#include <memory>

namespace lars::agent {

/// What the balancers of a shard have in common: how they get their policies, and who hears of
/// endpoints whose state changes. Belongs to one thread, and stays where it is.
class PolicyProvider {
public:
    PolicyProvider(lb::Defaults defaults, metrics::Registry& metrics, spdlog::logger& log);
    PolicyProvider(const PolicyProvider&) = delete;
    PolicyProvider& operator=(const PolicyProvider&) = delete;

    /// The default's parts stand in for what the module asks for and this agent doesn't have; that
    /// is counted and logged.
    lb::PolicyFactory policy_for(ModuleId module, const RoutePolicy& policy);
    const lb::Listener& listener() const { return listener_; }
    /// Of endpoints that broke or came back: what a large route's arrival changes would wash those
    /// away.
    const ChangeLog& changes() const { return latest_; }

private:
    void note(ModuleId module, const lb::Transition& transition);

    lb::PolicyFactories factories_;
    spdlog::logger& log_;
    metrics::Counter& refused_;
    std::array<metrics::Counter*, lb::kStates.size()> changes_{};
    ChangeLog latest_;
    lb::Listener listener_;
};

}  // namespace lars::agent
