#pragma once

#include "agent/module.hpp"
#include "agent/module_calls.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace lars::agent {

/// The calls that clients reported and that aren't on their way to the reporter yet: each is
/// drained once, also those to endpoints that have left the route. Belongs to one thread; modules
/// in it stay where they are as long as it `holds` them.
class CallLedger {
public:
    /// Counts a call to an endpoint of the module's route.
    void count(Module& module, lb::Slot slot, const lb::Call& call, lb::Time now);
    /// To be called before the module gets another route: its counts belong to the slots of the
    /// old one.
    void retire_route(Module& module);

    /// The calls of at most `max` endpoints since they were drained last. The rest is `left` for
    /// later calls; calls counted meanwhile are drained after it. An endpoint that its policy keeps
    /// away from is in it as well, if its module was called, with the time.
    std::vector<ModuleCalls> drain(std::size_t max, lb::Time now);
    bool left() const { return !draining_.empty() || !retired_.empty(); }

    /// Whether calls to the module wait to be drained: it mustn't go.
    bool holds(const Module& module) const { return module.called || partly_drained(module); }
    /// Gives back what only calls need, if the module isn't used any more.
    void release_idle(Module& module, lb::Time now) const;

private:
    /// Calls to endpoints that have left the route, with the route that they were in.
    struct Retired {
        lb::EndpointTablePtr endpoint_table;
        ModuleCounts counts;
    };

    bool partly_drained(const Module& module) const {
        return next_slot_ > 0 && !draining_.empty() && draining_.back() == &module;
    }
    std::size_t drain_retired(std::size_t max, std::vector<ModuleCalls>& all);
    std::size_t drain_module(std::size_t max, lb::Time now, std::vector<ModuleCalls>& all);

    std::vector<Module*> called_;
    std::vector<Module*> draining_;  // from its end on
    lb::Slot next_slot_ = 0;         // of the last of draining_
    std::deque<Retired> retired_;
    lb::Slot next_retired_ = 0;  // of the first of retired_
};

}  // namespace lars::agent
