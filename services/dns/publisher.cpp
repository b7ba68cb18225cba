#include "dns/publisher.hpp"

#include "dns/route_answer.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

namespace lars::dns {
namespace {

Subscriptions::Kind kind_of(bool known) {
    return known ? Subscriptions::Kind::known : Subscriptions::Kind::unknown;
}

}  // namespace

Publisher::Publisher(
    const SubscriptionLimits& limits, SubscriptionCounts& counts, metrics::Registry& metrics
)
    : subscriptions_(limits, counts),
      held_(std::make_shared<HeldReport>()),
      bad_input_(metrics),
      dispatch_(bad_input_),
      requests_(metrics.counter("lars_dns_requests_total", "GetRouteRequests")),
      pushes_(metrics.counter("lars_dns_pushes_total", "Routes sent because they changed")),
      truncated_(metrics.counter("lars_dns_truncated_total", "Routes cut to a peer's size limit")),
      refused_(metrics.counter(
          "lars_dns_subscriptions_refused_total", "Requests above a limit on subscriptions"
      )),
      unanswered_(metrics.counter(
          "lars_dns_unanswered_total", "Requests for modules that may have been lost from the table"
      )),
      latency_(metrics.histogram(
          "lars_dns_push_seconds",
          "From a change in the database to its last push",
          {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 10}
      )) {
    const auto on_route = [this](net::Session& session, const GetRouteRequest& request) {
        handle_route_request(session, request);
    };
    const auto on_leave = [this](net::Session& session, const LeaveRouteRequest& request) {
        handle_leave_request(session, request);
    };
    const auto on_held = [this](net::Session& session, const HeldRequest&) {
        handle_held_request(session);
    };
    dispatch_.on<GetRouteRequest>(ID_GetRouteRequest, on_route);
    dispatch_.on<LeaveRouteRequest>(ID_LeaveRouteRequest, on_leave);
    dispatch_.on<HeldRequest>(ID_HeldRequest, on_held);
}

void Publisher::handle_route_request(net::Session& session, const GetRouteRequest& request) {
    requests_.add();
    const auto id = wire::module_of(request);
    const auto found = routes_.find(id);
    const bool known = found != routes_.end();
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
    } else if (!subscriptions_.add(session, id, kind_of(known))) {
        refused_.add();
    }
    RouteQuestion question{id, request.etag(), session.peer_kind(), {}, held_->doubtful};
    if (known) question.served = found->second.route().etag;
    switch (answer_to(question)) {
        case RouteAnswer::route:
            session.send(known ? frame_for(found->second, session) : no_route(id, session));
            break;
        case RouteAnswer::unchanged:
            session.send(ID_GetRouteResponse, wire::unchanged_route(id, question.etag));
            break;
        case RouteAnswer::nothing:
            unanswered_.add();
            break;
    }
}

void Publisher::handle_leave_request(net::Session& session, const LeaveRouteRequest& request) {
    subscriptions_.remove(session, wire::module_of(request));
}

void Publisher::handle_held_request(net::Session& session) {
    session.send(ID_HeldResponse, held_response(*held_));
}

void Publisher::publish(const Publication& publication) {
    held_ = publication.held;
    bool pushed = false;
    for (const auto& route : publication.routes) {
        const auto id = route->route.module;
        const bool removed = route->route.endpoints.empty();
        subscriptions_.set_kind(id, kind_of(!removed));
        auto& frames = routes_[id] = RouteFrames(route);
        if (push(frames)) pushed = true;
        if (removed) routes_.erase(id);
    }
    if (!pushed) return;
    const auto took = Clock::now() - publication.made;
    latency_.observe(std::chrono::duration<double>(took).count());
}

// Sending only queues, so the set of subscribers doesn't change under the loop.
bool Publisher::push(RouteFrames& frames) {
    const auto& sessions = subscriptions_.of(frames.route().route.module);
    for (auto* session : sessions) session->send(frame_for(frames, *session));
    pushes_.add(sessions.size());
    return !sessions.empty();
}

wire::EncodedFrame Publisher::frame_for(RouteFrames& frames, const net::Session& session) {
    return frames.frame_for(session.peer_kind(), session.max_body(), truncated_);
}

// Said of a module that isn't there; too small to be cut.
wire::EncodedFrame Publisher::no_route(ModuleId id, const net::Session& session) {
    return encode_no_route(id, session.peer_kind(), session.max_body());
}

}  // namespace lars::dns
