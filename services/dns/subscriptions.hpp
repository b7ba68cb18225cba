#pragma once

#include "base/module_id.hpp"
#include "net/session.hpp"

#include <atomic>
#include <unordered_map>
#include <unordered_set>

namespace lars::dns {

/// What subscriptions may cost. Modules without a route are what strangers can name at will, so
/// they are bounded more closely, and in sum over all contexts.
struct SubscriptionLimits {
    std::size_t per_session = 20'000;
    std::size_t unknown_per_session = 2'000;
    std::size_t unknown = 200'000;
};

/// Shared by the contexts.
struct SubscriptionCounts {
    std::atomic<std::size_t> all{0};
    std::atomic<std::size_t> unknown{0};
};

/// Which session of one context wants to hear of which module. Belongs to that context.
class Subscriptions {
public:
    using Sessions = std::unordered_set<net::Session*>;
    enum class Kind { known, unknown };

    Subscriptions(const SubscriptionLimits& limits, SubscriptionCounts& counts)
        : limits_(limits), counts_(counts) {}

    /// False when a limit is reached; true also when it is subscribed already.
    bool add(net::Session& session, ModuleId id, Kind kind);
    void leave(net::Session& session);
    void leave(net::Session& session, ModuleId id);
    /// The module has got a route, or lost it.
    void set_kind(ModuleId id, Kind kind);

    /// Empty when nobody is subscribed.
    const Sessions& of(ModuleId id) const;

private:
    struct Module {
        Sessions sessions;
        Kind kind = Kind::known;
    };
    struct Subscriber {
        std::unordered_set<ModuleId> modules;
        std::size_t unknown = 0;
    };

    void forget(net::Session& session, ModuleId id);

    SubscriptionLimits limits_;
    SubscriptionCounts& counts_;
    std::unordered_map<ModuleId, Module> modules_;
    std::unordered_map<net::Session*, Subscriber> subscribers_;
};

}  // namespace lars::dns
