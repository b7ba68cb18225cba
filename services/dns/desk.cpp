#include "dns/desk.hpp"

namespace lars::dns {

Desk::Desk(std::size_t max_subscriptions, net::Metrics& metrics)
    : max_subscriptions_(max_subscriptions),
      bad_input_(metrics),
      requests_(metrics.counter("lars_dns_requests_total", "GetRouteRequests")),
      pushes_(metrics.counter("lars_dns_pushes_total", "Routes sent because they changed")),
      truncated_(metrics.counter("lars_dns_truncated_total", "Routes cut to a peer's size limit")),
      refused_(metrics.counter(
          "lars_dns_subscriptions_refused_total", "Requests above a session's subscription limit"
      )) {}

void Desk::ask(net::Session& session, const GetRouteRequest& request) {
    requests_.add();
    const ModuleId id{request.modid(), request.cmdid()};
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
        PublishedRoute nothing;
        nothing.route.module = id;
        return send(session, nothing);
    }
    if (!subscribe(session, id)) refused_.add();
    if (!loaded_) return;
    const auto route = find(id);
    const bool ours = session.peer_kind() == net::PeerKind::ours;
    if (ours && request.etag() != 0 && request.etag() == route->etag) {
        GetRouteResponse unchanged;
        unchanged.set_modid(id.modid);
        unchanged.set_cmdid(id.cmdid);
        unchanged.set_etag(route->etag);
        unchanged.set_unchanged(true);
        return session.send(ID_GetRouteResponse, unchanged);
    }
    send(session, *route);
}

bool Desk::subscribe(net::Session& session, ModuleId id) {
    auto& modules = subscribed_[&session];
    if (modules.contains(id)) return true;
    if (modules.size() >= max_subscriptions_) return false;
    modules.insert(id);
    subscribers_[id].insert(&session);
    ++subscription_count_;
    return true;
}

void Desk::leave(net::Session& session) {
    const auto found = subscribed_.find(&session);
    if (found == subscribed_.end()) return;
    for (const auto id : found->second) {
        const auto module = subscribers_.find(id);
        module->second.erase(&session);
        if (module->second.empty()) subscribers_.erase(module);
    }
    subscription_count_ -= found->second.size();
    subscribed_.erase(found);
}

RoutePtr Desk::find(ModuleId id) const {
    const auto found = routes_.find(id);
    if (found != routes_.end()) return found->second;
    PublishedRoute nothing;
    nothing.route.module = id;
    nothing.etag = etag_of(nothing.route);
    return std::make_shared<const PublishedRoute>(std::move(nothing));
}

void Desk::publish(const std::vector<RoutePtr>& changed) {
    for (const auto& route : changed) {
        const auto id = route->route.module;
        if (route->route.endpoints.empty()) {
            routes_.erase(id);
        } else {
            routes_[id] = route;
        }
        if (loaded_) push(*route);
    }
    if (loaded_) return;
    loaded_ = true;
    for (const auto& [id, sessions] : subscribers_) push(*find(id));
}

// Sending only queues, so the set of subscribers doesn't change under the loop.
void Desk::push(const PublishedRoute& route) {
    const auto found = subscribers_.find(route.route.module);
    if (found == subscribers_.end()) return;
    net::EncodedFrame for_ours;
    net::EncodedFrame for_original;
    for (auto* session : found->second) {
        const bool ours = session->peer_kind() == net::PeerKind::ours;
        auto& frame = ours ? for_ours : for_original;
        if (!frame || frame->size() > session->max_body()) frame = encode(route, *session);
        session->send(frame);
        pushes_.add();
    }
}

void Desk::send(net::Session& session, const PublishedRoute& route) {
    session.send(encode(route, session));
}

net::EncodedFrame Desk::encode(const PublishedRoute& route, const net::Session& session) {
    const bool ours = session.peer_kind() == net::PeerKind::ours;
    auto message = net::to_wire(route.route, ours ? route.etag : 0, session.max_body());
    if (message.truncated()) truncated_.add();
    if (!ours) message.clear_version();  // an original agent gets the original's bytes
    return net::encode_frame(ID_GetRouteResponse, message);
}

}  // namespace lars::dns
