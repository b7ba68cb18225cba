#pragma once

#include "dns/held_routes.hpp"
#include "dns/name_publisher.hpp"
#include "dns/publication.hpp"
#include "dns/push_pacer.hpp"
#include "dns/route_frames.hpp"
#include "dns/subscriptions.hpp"
#include "metrics/bad_input.hpp"
#include "metrics/registry.hpp"
#include "net/dispatcher.hpp"
#include "net/session.hpp"
#include "runtime/event.hpp"

#include <proto/lars.pb.h>
#include <spdlog/logger.h>

#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace lars::dns {

/// A route of an agent, or what a name stands for, is held from now on, or no more.
struct HeldChange {
    enum class Kind { held, released };
    Kind kind = Kind::held;
    HeldRoute route;
    std::optional<HeldName> name{};  ///< set: it is this, not a route
};

/// The routes that one context serves, and which of its sessions is subscribed to which module:
/// answers requests, and pushes what changes to the subscribers. Sessions whose routes it leaves
/// alone (HeldRoutes) are asked about again when the store or the module changes.
///
/// Belongs to its context and shares nothing that changes with others, so it locks nothing.
class Publisher {
public:
    using OnHeld = std::function<void(const HeldChange&)>;
    using OnAnnounce = std::function<void(net::Session&, const AnnounceRequest&)>;

    /// `counts` is shared by all publishers; both must outlive this. `on_held` is called on its
    /// context.
    Publisher(
        const SubscriptionLimits& limits,
        SubscriptionCounts& counts,
        SubscriptionCounts& name_counts,
        OnHeld on_held,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Answers a request. A session that requests a route is subscribed to it as long as it lives,
    /// unless it unsubscribes or has reached a limit: then it is answered, and sent no changes.
    void handle_frame(net::Session& session, const net::FrameView& frame) {
        dispatch_(session, frame);
    }
    /// Who takes announcements; before any frame.
    void on_announce(OnAnnounce announce);
    /// The session goes, and its subscriptions with it.
    void remove(net::Session& session);

    void set_limits(const SubscriptionLimits& limits) {
        subscriptions_.set_limits(limits);
        names_.set_limits(limits);
    }

    /// New routes and names; each is pushed to the module's subscribers, or with the module's next
    /// push if the last one was just now.
    void publish(const Publication& publication);
    /// Pushes what is due, again and again. Until it is cancelled.
    Awaitable<> run(asio::any_io_executor executor);

private:
    void handle_route_request(net::Session& session, const GetRouteRequest& request);
    void handle_leave_request(net::Session& session, const LeaveRouteRequest& request);
    void handle_held_request(net::Session& session);
    RouteAnswer answer_for(ModuleId id, const BroughtRoute& brought, net::PeerKind peer) const;
    void send(net::Session& session, ModuleId id, std::uint64_t etag, RouteAnswer::Kind kind);
    void hold(net::Session& session, const HeldRoute& route);
    void release(net::Session& session, ModuleId id);
    void rename_routes(const std::vector<ModuleId>& modules);
    void set_route(const RoutePtr& route, bool& pushed);
    void reconsider(ModuleId id, Reconsider which);
    void refuse(net::Session& session, Subscriptions::Kind kind);
    void tell_of_room(net::Session& session);
    bool push(RouteFrames& frames);
    void push_due();
    void note_removals(const Route& before, const Route& after);
    void note_removals(net::Session& session, ModuleId module, std::size_t endpoints);
    wire::EncodedFrame frame_for(RouteFrames& frames, const net::Session& session);
    wire::EncodedFrame no_route(ModuleId id, const net::Session& session) const;

    std::unordered_map<ModuleId, RouteFrames> routes_;
    std::unordered_map<ModuleId, RoutePtr> gone_;  // without endpoints
    std::shared_ptr<const StoreView> store_;
    Subscriptions subscriptions_;
    PushPacer pacer_;
    std::optional<runtime::Event> due_;  // of run()
    HeldRoutes left_alone_;
    OnHeld on_held_;
    NamePublisher names_;
    spdlog::logger& log_;
    // Modules of sessions of original agents that were warned of; bounded.
    std::unordered_map<net::Session*, std::unordered_set<ModuleId>> warned_;
    std::size_t warnings_ = 0;
    std::shared_ptr<const HeldReport> held_;
    metrics::BadInput bad_input_;
    net::Dispatcher<net::Session&> dispatch_;
    metrics::Counter& requests_;
    metrics::Counter& pushes_;
    metrics::Counter& truncated_;
    metrics::Counter& refused_;
    metrics::Counter& unanswered_;
    metrics::Counter& original_removals_;
    metrics::Histogram& latency_;
};

}  // namespace lars::dns
