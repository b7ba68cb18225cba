#pragma once

#include "dns/name_answer.hpp"
#include "dns/route_answer.hpp"

#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
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

    ModuleId key() const { return module; }
};

/// The same of what a name stands for.
struct HeldName {
    std::string name;
    BroughtName brought;
    HoldReason reason = HoldReason::unexplained;

    const std::string& key() const { return name; }
};

/// Which sessions of one context are left alone with their routes of which modules, or with what
/// which names stand for: neither answered nor sent changes. Sessions are only named here, never
/// used. Belongs to its context.
template <class Held>
class HeldBySession {
public:
    using Key = std::decay_t<decltype(std::declval<Held>().key())>;

    /// Holds it, in place of what that session brought of the module before.
    void hold(net::Session& session, const Held& held);
    /// Lets it go, if it is held. Answers what was held.
    std::optional<Held> release(net::Session& session, const Key& key);
    /// Lets all go that a session brought. Answers what was held.
    std::vector<Held> release(net::Session& session);

    bool empty() const { return by_key_.empty(); }
    /// Null when it isn't held.
    const Held* find(net::Session& session, const Key& key) const;
    /// The sessions that are left alone with a module.
    std::vector<net::Session*> of(const Key& key) const;
    /// All modules, or names, with such sessions.
    std::vector<Key> keys() const;

private:
    using Sessions = std::unordered_map<net::Session*, Held>;

    std::unordered_map<Key, Sessions> by_key_;
    std::unordered_map<net::Session*, std::unordered_set<Key>> sessions_;
};

using HeldRoutes = HeldBySession<HeldRoute>;
using HeldNames = HeldBySession<HeldName>;

}  // namespace lars::dns
