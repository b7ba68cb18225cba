#pragma once

#include "agent/module_map.hpp"
#include "agent/pull.hpp"
#include "agent/route_update.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace lars::agent {

/// When to ask dns for a module's route: at its first use, again while it is used, and all of them
/// after a connection. Belongs to one thread.
class PullSchedule {
public:
    /// A route in use is asked for again this often; dns also pushes it when it changes.
    explicit PullSchedule(std::chrono::milliseconds update_timeout)
        : update_timeout_(update_timeout) {}
    /// Counts for a module from its next request on.
    void set_update_timeout(std::chrono::milliseconds timeout) { update_timeout_ = timeout; }

    /// Asks for a module's first route.
    void add(Module& module, lb::Time now);
    /// A client uses the module.
    static void note_use(Module& module) { module.pull.used = true; }
    /// Asks for the module again if it is due.
    void advance(Module& module, lb::Time now);

    /// dns has sent a route, which is empty or not. False when it isn't believed: an original dns
    /// has to say twice in succession that a known module is empty, and is asked again for that.
    static bool believe(Module& module, bool empty, RouteSource source, lb::Time now);
    /// What dns sent is held from now on.
    void note_route(Module& module, lb::Time now);

    /// All modules are to be asked for again, since dns is another one, or has forgotten.
    void ask_all(const ModuleMap& modules);
    /// What to ask dns now, at most `max` modules; the rest is asked by later calls.
    std::vector<Pull> drain(ModuleMap& modules, std::size_t max, lb::Time now);
    bool due() const { return !due_.empty() || unasked_ > 0; }

private:
    void request(Module& module, lb::Time next);

    std::chrono::milliseconds update_timeout_;
    std::vector<ModuleId> due_;
    std::size_t unasked_ = 0;  // ask_all() hasn't come to the modules before this position
};

}  // namespace lars::agent
