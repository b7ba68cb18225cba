#pragma once

#include "dns/route_table.hpp"
#include "net/metrics.hpp"
#include "net/session.hpp"

#include <proto/lars.pb.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lars::dns {

/// What one context knows: the routes, and which of its sessions wants to hear of which module.
/// Shares nothing that changes with other contexts, so it locks nothing.
class Desk {
public:
    Desk(std::size_t max_subscriptions, net::Metrics& metrics);

    /// Answers, and remembers that this session wants to know of changes. Before the routes are
    /// loaded nothing is answered: silence can't be taken for "no such module".
    void ask(net::Session& session, const GetRouteRequest& request);
    void leave(net::Session& session);

    /// New routes; each goes to the module's subscribers. The first call ends the silence.
    void publish(const std::vector<RoutePtr>& changed);

    std::size_t subscriptions() const { return subscription_count_; }

private:
    bool subscribe(net::Session& session, ModuleId id);
    RoutePtr find(ModuleId id) const;
    void send(net::Session& session, const PublishedRoute& route);
    void push(const PublishedRoute& route);
    net::EncodedFrame encode(const PublishedRoute& route, const net::Session& session);

    std::size_t max_subscriptions_;
    std::unordered_map<ModuleId, RoutePtr> routes_;
    std::unordered_map<ModuleId, std::unordered_set<net::Session*>> subscribers_;
    std::unordered_map<net::Session*, std::unordered_set<ModuleId>> subscribed_;
    std::size_t subscription_count_ = 0;
    bool loaded_ = false;
    net::BadInput bad_input_;
    net::Counter& requests_;
    net::Counter& pushes_;
    net::Counter& truncated_;
    net::Counter& refused_;
};

}  // namespace lars::dns
