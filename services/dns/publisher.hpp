#pragma once

#include "dns/publication.hpp"
#include "dns/subscriptions.hpp"
#include "metrics/registry.hpp"
#include "net/dispatcher.hpp"

#include <proto/lars.pb.h>

#include <unordered_map>

namespace lars::dns {

/// What one context knows: the routes, and which of its sessions wants to hear of which module.
/// Shares nothing that changes with other contexts, so it locks nothing.
class Publisher {
public:
    Publisher(
        const SubscriptionLimits& limits, SubscriptionCounts& counts, metrics::Registry& metrics
    );

    /// Answers a request. The session is remembered and hears of changes of the module that it
    /// asked for. Where "no such module" would be a guess, nothing is answered: an agent keeps what
    /// it has.
    void handle(net::Session& session, const net::FrameView& frame) { dispatch_(session, frame); }
    void leave(net::Session& session) { subscriptions_.leave(session); }

    /// New routes; each goes to the module's subscribers.
    void publish(const Publication& publication);

private:
    struct Entry {
        RoutePtr route;
        // Encoded when first needed, for the largest body that such a peer takes.
        wire::EncodedFrame for_ours;
        wire::EncodedFrame for_original;
    };

    void ask(net::Session& session, const GetRouteRequest& request);
    void ask_held(net::Session& session);
    bool push(Entry& entry);
    void answer_unknown(net::Session& session, ModuleId id, std::uint64_t etag);
    void send_unchanged(net::Session& session, ModuleId id, std::uint64_t etag);
    wire::EncodedFrame frame_for(Entry& entry, const net::Session& session);
    wire::EncodedFrame encode(
        const PublishedRoute& route, net::PeerKind peer, std::size_t max_body
    );

    std::unordered_map<ModuleId, Entry> routes_;
    Subscriptions subscriptions_;
    std::shared_ptr<const HeldReport> held_;
    metrics::BadInput bad_input_;
    net::Dispatcher<net::Session&> dispatch_;
    metrics::Counter& requests_;
    metrics::Counter& pushes_;
    metrics::Counter& truncated_;
    metrics::Counter& refused_;
    metrics::Counter& unanswered_;
    metrics::Histogram& latency_;
};

}  // namespace lars::dns
