#pragma once

#include "dns/route_answer.hpp"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lars::net {
class Session;
}

namespace lars::dns {

/// A route that an agent holds, and is left alone with.
struct HeldRoute {
    ModuleId module;
    BroughtRoute brought;
    HoldReason reason = HoldReason::unexplained;
};

/// Which sessions of one context are left alone with their routes of which modules: neither
/// answered nor sent changes. Sessions are only named here, never used. Belongs to its context.
class HeldRoutes {
public:
    /// Holds it, in place of what that session brought of the module before.
    void hold(net::Session& session, const HeldRoute& route);
    /// Lets it go, if it is held. Answers what was held.
    std::optional<HeldRoute> release(net::Session& session, ModuleId module);
    /// Lets all go that a session brought. Answers what was held.
    std::vector<HeldRoute> release(net::Session& session);

    bool empty() const { return modules_.empty(); }
    /// Null when it isn't held.
    const HeldRoute* find(net::Session& session, ModuleId module) const;
    /// The sessions that are left alone with a module.
    std::vector<net::Session*> of(ModuleId module) const;
    /// All modules with such sessions.
    std::vector<ModuleId> modules() const;

private:
    using Sessions = std::unordered_map<net::Session*, HeldRoute>;

    std::unordered_map<ModuleId, Sessions> modules_;
    std::unordered_map<net::Session*, std::unordered_set<ModuleId>> sessions_;
};

}  // namespace lars::dns
