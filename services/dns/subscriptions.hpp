#pragma once

#include "base/module_id.hpp"

#include <atomic>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace lars::net {
class Session;
}

namespace lars::dns {

/// What subscriptions may cost. Modules without a route are what strangers can name at will, so
/// they are bounded more closely, and in sum over all contexts.
struct SubscriptionLimits {
    std::size_t per_session = 20'000;
    std::size_t unknown_per_session = 2'000;  ///< of those, to modules without a route
    std::size_t unknown = 200'000;            ///< all sessions of all contexts together
};

/// How many subscriptions there are, over all contexts, which share one of these. Any thread. While
/// several contexts add at once, a limit may be exceeded by one for each of them.
struct SubscriptionCounts {
    std::atomic<std::size_t> all{0};
    std::atomic<std::size_t> unknown{0};
};

/// Which session of one context is subscribed to which module, or to which name. Sessions are only
/// named here, never used. Belongs to its context, except for the counts that it keeps up to date.
template <class Key>
class SubscriptionsTo {
public:
    using Sessions = std::unordered_set<net::Session*>;
    /// Whether the module has a route, or the name a module.
    enum class Kind { known, unknown };

    /// `counts` must outlive this.
    SubscriptionsTo(const SubscriptionLimits& limits, SubscriptionCounts& counts)
        : limits_(limits), counts_(counts) {}

    /// Subscriptions above these stay.
    void set_limits(const SubscriptionLimits& limits) { limits_ = limits; }
    const SubscriptionLimits& limits() const { return limits_; }
    /// What keeps a session from one more subscription.
    enum class Limit { none, session, session_unknown, unknown };
    Limit limit_for(net::Session& session, Kind kind) const;

    /// Subscribes a session. False, and nothing done, when a limit is reached; true also when it is
    /// subscribed already. `kind` is the module's current one.
    bool add(net::Session& session, const Key& id, Kind kind);
    /// Counts a request that found no room. True for the session's first, since it had room.
    bool note_refusal(net::Session& session) { return ++subscribers_[&session].refused == 1; }
    /// How many requests of a session found no room, once it has some again: a tenth of its limits,
    /// or else it would have and not have it all the time. 0: it has none, or none were refused.
    std::size_t take_refusals(net::Session& session);
    /// Ends all subscriptions of a session, which needn't have any.
    void remove(net::Session& session);
    /// Ends one of its subscriptions, if it has that.
    void remove(net::Session& session, const Key& id);
    /// The module has got a route, or lost it. Its subscribers stay, above their limits too.
    void set_kind(const Key& id, Kind kind);

    /// The module's subscribers; empty when there are none. Valid until the next change.
    const Sessions& of(const Key& id) const;

private:
    struct Module {
        Sessions sessions;
        Kind kind = Kind::known;
    };
    struct Subscriber {
        std::unordered_set<Key> modules;
        std::size_t unknown = 0;  // of the modules
        std::size_t refused = 0;  // requests, since it had room
    };

    void forget(net::Session& session, const Key& id);

    SubscriptionLimits limits_;
    SubscriptionCounts& counts_;
    std::unordered_map<Key, Module> modules_;
    std::unordered_map<net::Session*, Subscriber> subscribers_;
};

using Subscriptions = SubscriptionsTo<ModuleId>;
/// To names. A name without a module is as a module without a route.
using NameSubscriptions = SubscriptionsTo<std::string>;

}  // namespace lars::dns
