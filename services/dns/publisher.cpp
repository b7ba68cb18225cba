#include "dns/publisher.hpp"

#include "wire/module.hpp"
#include "wire/route.hpp"

#include <algorithm>

namespace lars::dns {
namespace {

constexpr std::size_t kMaxHeldShown = 1'000;

using Kind = Subscriptions::Kind;

Kind kind_of(bool known) {
    return known ? Kind::known : Kind::unknown;
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
    const auto on_ask = [this](net::Session& session, const GetRouteRequest& request) {
        ask(session, request);
    };
    dispatch_.on<GetRouteRequest>(ID_GetRouteRequest, on_ask);
    const auto on_leave = [this](net::Session& session, const LeaveRouteRequest& request) {
        subscriptions_.leave(session, wire::module_of(request));
    };
    dispatch_.on<LeaveRouteRequest>(ID_LeaveRouteRequest, on_leave);
    const auto on_held = [this](net::Session& session, const HeldRequest&) { ask_held(session); };
    dispatch_.on<HeldRequest>(ID_HeldRequest, on_held);
}

void Publisher::ask(net::Session& session, const GetRouteRequest& request) {
    requests_.add();
    const auto id = wire::module_of(request);
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
        return answer_unknown(session, id, 0);
    }
    const auto found = routes_.find(id);
    const bool known = found != routes_.end();
    if (!subscriptions_.add(session, id, kind_of(known))) refused_.add();
    if (!known) return answer_unknown(session, id, request.etag());
    auto& entry = found->second;
    const bool ours = session.peer_kind() == net::PeerKind::ours;
    if (ours && request.etag() == entry.route->etag) {
        return send_unchanged(session, id, request.etag());
    }
    session.send(frame_for(entry, session));
}

// In doubt, an agent that has a route of it isn't told of a removal, nor is an original one, whose
// question doesn't say what it has.
void Publisher::answer_unknown(net::Session& session, ModuleId id, std::uint64_t etag) {
    PublishedRoute nothing;
    nothing.route.module = id;
    nothing.etag = etag_of(nothing.route);
    if (etag == nothing.etag) return send_unchanged(session, id, etag);
    const bool ours = session.peer_kind() == net::PeerKind::ours;
    if (held_->doubtful && id.valid() && (etag != 0 || !ours)) return unanswered_.add();
    session.send(encode(nothing, session.peer_kind(), session.max_body()));
}

void Publisher::send_unchanged(net::Session& session, ModuleId id, std::uint64_t etag) {
    session.send(ID_GetRouteResponse, wire::unchanged_route(id, etag));
}

void Publisher::ask_held(net::Session& session) {
    HeldResponse response;
    response.set_modules(held_->modules.size());
    response.set_doubtful(held_->doubtful);
    response.set_version(held_->version);
    const auto shown = std::min(held_->modules.size(), kMaxHeldShown);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& held = held_->modules[i];
        auto& out = *response.add_module();
        wire::set_module(held.module, out);
        out.set_served_rows(held.served_rows);
        out.set_stored_rows(held.stored_rows);
        out.set_large(held.reason == HoldReason::large);
    }
    session.send(ID_HeldResponse, response);
}

void Publisher::publish(const Publication& publication) {
    held_ = publication.held;
    bool pushed = false;
    for (const auto& route : publication.routes) {
        const auto id = route->route.module;
        const bool removed = route->route.endpoints.empty();
        subscriptions_.set_kind(id, kind_of(!removed));
        auto& entry = routes_[id] = Entry{route, nullptr, nullptr};
        if (push(entry)) pushed = true;
        if (removed) routes_.erase(id);
    }
    if (!pushed) return;
    const auto took = Clock::now() - publication.made;
    latency_.observe(std::chrono::duration<double>(took).count());
}

// Sending only queues, so the set of subscribers doesn't change under the loop.
bool Publisher::push(Entry& entry) {
    const auto& sessions = subscriptions_.of(entry.route->route.module);
    for (auto* session : sessions) session->send(frame_for(entry, *session));
    pushes_.add(sessions.size());
    return !sessions.empty();
}

wire::EncodedFrame Publisher::frame_for(Entry& entry, const net::Session& session) {
    const bool ours = session.peer_kind() == net::PeerKind::ours;
    const auto usual = ours ? kMaxHelloBody : kMaxTcpBody;
    if (session.max_body() != usual) {
        return encode(*entry.route, session.peer_kind(), session.max_body());
    }
    auto& frame = ours ? entry.for_ours : entry.for_original;
    if (!frame) frame = encode(*entry.route, session.peer_kind(), usual);
    return frame;
}

wire::EncodedFrame Publisher::encode(
    const PublishedRoute& route, net::PeerKind peer, std::size_t max_body
) {
    const bool ours = peer == net::PeerKind::ours;
    const auto message = ours ? wire::to_wire(route.route, route.etag, max_body)
                              : wire::to_original(route.route, max_body);
    if (message.truncated()) truncated_.add();
    return wire::encode_frame(ID_GetRouteResponse, message);
}

}  // namespace lars::dns
