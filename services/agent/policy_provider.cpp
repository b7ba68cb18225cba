#include "agent/policy_provider.hpp"

#include <chrono>

namespace lars::agent {
namespace {

// A line when an endpoint breaks, and one when it is back, which says how often it was tried: with
// many calls that is ten times a second. A large route that comes has thousands of other changes.
spdlog::level::level_enum level_of(const lb::Transition& transition) {
    const bool was_broken = lb::suspended(transition.from);
    const bool is_broken = lb::suspended(transition.to);
    if (was_broken == is_broken) return spdlog::level::debug;
    return is_broken ? spdlog::level::warn : spdlog::level::info;
}

}  // namespace

PolicyProvider::PolicyProvider(
    lb::Defaults defaults, metrics::Registry& metrics, spdlog::logger& log
)
    : factories_(std::move(defaults)),
      log_(log),
      refused_(metrics.counter(
          "lars_agent_policies_refused_total",
          "Policies of routes that this agent doesn't have, or not with these parameters"
      )),
      listener_([this](ModuleId module, const lb::Transition& transition) {
          note(module, transition);
      }) {
    for (const auto state : lb::kStates) {
        changes_[static_cast<std::size_t>(state)] = &metrics.counter(
            "lars_agent_state_changes_total",
            "Endpoints whose state changed, by the new state",
            {{"to", to_string(state)}}
        );
    }
}

lb::PolicyFactory PolicyProvider::policy_for(ModuleId module, const RoutePolicy& policy) {
    const auto why = policy.name.empty() ? std::nullopt : lb::check(policy);
    if (why) {
        refused_.add();
        log_.warn("{}: {}; the default stands in", to_string(module), *why);
    }
    return factories_.factory_for(policy);
}

void PolicyProvider::note(ModuleId module, const lb::Transition& transition) {
    changes_[static_cast<std::size_t>(transition.to)]->add();
    const auto level = level_of(transition);
    if (level > spdlog::level::debug) {
        latest_.add({std::chrono::system_clock::now(), module, transition});
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        if (!repeats_.shows(module, transition, now)) return;
    }
    if (log_.should_log(level)) log_.log(level, "{} {}", to_string(module), describe(transition));
}

void PolicyProvider::advance(lb::Time now) {
    for (const auto& [module, latest, changes] : repeats_.drain(now)) {
        log_.log(
            level_of(latest),
            "{} {}; {} changes like this and the opposite since the last line of it",
            to_string(module),
            describe(latest),
            changes
        );
    }
}

}  // namespace lars::agent
