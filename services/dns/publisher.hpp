#pragma once

#include "dns/publication.hpp"
#include "dns/route_frames.hpp"
#include "dns/subscriptions.hpp"
#include "metrics/bad_input.hpp"
#include "metrics/registry.hpp"
#include "net/dispatcher.hpp"
#include "net/session.hpp"

#include <proto/lars.pb.h>

#include <unordered_map>

namespace lars::dns {

/// The routes that one context serves, and which of its sessions is subscribed to which module:
/// answers requests, and pushes what changes to the subscribers.
///
/// Belongs to its context and shares nothing that changes with others, so it locks nothing.
class Publisher {
public:
    /// `counts` is shared by all publishers; both must outlive this.
    Publisher(
        const SubscriptionLimits& limits, SubscriptionCounts& counts, metrics::Registry& metrics
    );

    /// Answers a request. A session that requests a route is subscribed to it as long as it lives,
    /// unless it unsubscribes or has reached a limit: then it is answered, and sent no changes.
    void handle_frame(net::Session& session, const net::FrameView& frame) {
        dispatch_(session, frame);
    }
    /// The session goes, and its subscriptions with it.
    void remove(net::Session& session) { subscriptions_.remove(session); }

    void set_limits(const SubscriptionLimits& limits) { subscriptions_.set_limits(limits); }

    /// New routes; each is pushed to the module's subscribers.
    void publish(const Publication& publication);

private:
    void handle_route_request(net::Session& session, const GetRouteRequest& request);
    void handle_leave_request(net::Session& session, const LeaveRouteRequest& request);
    void handle_held_request(net::Session& session);
    bool push(RouteFrames& frames);
    wire::EncodedFrame frame_for(RouteFrames& frames, const net::Session& session);
    static wire::EncodedFrame no_route(ModuleId id, const net::Session& session);

    std::unordered_map<ModuleId, RouteFrames> routes_;
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
