#include "dns/publisher.hpp"

#include "dns/route_answer.hpp"
#include "runtime/listen.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

#include <optional>
#include <string>

namespace lars::dns {
namespace {

Subscriptions::Kind kind_of(bool known) {
    return known ? Subscriptions::Kind::known : Subscriptions::Kind::unknown;
}

// Lines that a context writes of removals under original agents; the others are counted.
constexpr std::size_t kMaxWarnings = 1'000;

std::string name_of(const net::Session& session) {
    const auto& remote = session.remote();
    return to_string(runtime::to_endpoint(remote.address(), remote.port()));
}

}  // namespace

Publisher::Publisher(
    const SubscriptionLimits& limits,
    SubscriptionCounts& counts,
    SubscriptionCounts& name_counts,
    OnHeld on_held,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : store_(std::make_shared<StoreView>()),
      subscriptions_(limits, counts),
      on_held_(std::move(on_held)),
      names_(
          limits,
          name_counts,
          [this](NamePublisher::Change change, const HeldName& held) {
              const bool is_held = change == NamePublisher::Change::held;
              const auto kind = is_held ? HeldChange::Kind::held : HeldChange::Kind::released;
              on_held_({kind, {}, held});
          },
          metrics,
          log
      ),
      log_(log),
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
          "lars_dns_unanswered_total", "Requests left unanswered, because the store may be wrong"
      )),
      original_removals_(metrics.counter(
          "lars_dns_original_removals_total",
          "Routes with fewer endpoints that were pushed to original agents, which may abort then"
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
    const auto on_held_request = [this](net::Session& session, const HeldRequest&) {
        handle_held_request(session);
    };
    const auto on_name = [this](net::Session& session, const NameRequest& request) {
        names_.handle_request(session, request, *store_);
    };
    dispatch_.on<NameRequest>(ID_NameRequest, on_name);
    dispatch_.on<GetRouteRequest>(ID_GetRouteRequest, on_route);
    dispatch_.on<LeaveRouteRequest>(ID_LeaveRouteRequest, on_leave);
    dispatch_.on<HeldRequest>(ID_HeldRequest, on_held_request);
}

void Publisher::on_announce(OnAnnounce announce) {
    dispatch_.on<AnnounceRequest>(ID_AnnounceRequest, std::move(announce));
}

void Publisher::handle_route_request(net::Session& session, const GetRouteRequest& request) {
    requests_.add();
    const auto id = wire::module_of(request);
    const BroughtRoute brought{
        request.etag(), request.store_id(), request.version(), request.rows()};
    bool subscribed = false;
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
    } else {
        const auto kind = kind_of(routes_.contains(id));
        subscribed = subscriptions_.add(session, id, kind);
        if (subscribed) {
            tell_of_room(session);
        } else {
            refuse(session, kind);
        }
    }
    const auto answer = answer_for(id, brought, session.peer_kind());
    if (answer.kind != RouteAnswer::Kind::held) {
        release(session, id);
        send(session, id, brought.etag, answer.kind);
        return;
    }
    unanswered_.add();
    // Who isn't subscribed is sent no changes anyway.
    if (subscribed) hold(session, {id, brought, answer.reason});
}

RouteAnswer Publisher::answer_for(ModuleId id, const BroughtRoute& brought, net::PeerKind peer)
    const {
    RouteQuestion question;
    question.module = id;
    question.brought = brought;
    question.peer = peer;
    if (const auto found = routes_.find(id); found != routes_.end()) {
        question.served = &found->second.route();
    } else if (const auto gone = gone_.find(id); gone != gone_.end()) {
        question.removed_at = gone->second->removed_at;
        question.rows = gone->second->rows;
    }
    return answer_to(question, *store_);
}

// The route, or that it is unchanged.
void Publisher::send(
    net::Session& session, ModuleId id, std::uint64_t etag, RouteAnswer::Kind kind
) {
    const auto found = routes_.find(id);
    const bool known = found != routes_.end();
    if (kind == RouteAnswer::Kind::unchanged) {
        Route now;
        now.module = id;
        if (known) {
            now.version = found->second.route().route.version;
            now.store_id = found->second.route().route.store_id;
        }
        auto unchanged = wire::unchanged_route(now, etag);
        unchanged.set_name(names_.name_of(id));
        session.send(ID_GetRouteResponse, unchanged);
        return;
    }
    session.send(known ? frame_for(found->second, session) : no_route(id, session));
}

void Publisher::hold(net::Session& session, const HeldRoute& route) {
    const auto* before = left_alone_.find(session, route.module);
    if (before && before->brought == route.brought && before->reason == route.reason) return;
    release(session, route.module);
    left_alone_.hold(session, route);
    on_held_({HeldChange::Kind::held, route});
}

void Publisher::release(net::Session& session, ModuleId id) {
    if (left_alone_.empty()) return;
    const auto held = left_alone_.release(session, id);
    if (held) on_held_({HeldChange::Kind::released, *held});
}

void Publisher::remove(net::Session& session) {
    names_.remove(session);
    subscriptions_.remove(session);
    for (const auto& held : left_alone_.release(session)) {
        on_held_({HeldChange::Kind::released, held});
    }
    const auto warned = warned_.find(&session);
    if (warned == warned_.end()) return;
    warnings_ -= warned->second.size();
    warned_.erase(warned);
}

void Publisher::handle_leave_request(net::Session& session, const LeaveRouteRequest& request) {
    const auto id = wire::module_of(request);
    subscriptions_.remove(session, id);
    release(session, id);
    tell_of_room(session);
}

void Publisher::refuse(net::Session& session, Subscriptions::Kind kind) {
    refused_.add();
    if (!subscriptions_.note_refusal(session)) return;
    const auto* const consequence =
        "it hears of changes of the others only when it asks again, every 15 s unless its "
        "--update-timeout says otherwise";
    switch (subscriptions_.limit_for(session, kind)) {
        case Subscriptions::Limit::session:
            log_.warn(
                "agent {} asks for more than {} modules: {}; --max-subscriptions raises that",
                name_of(session),
                subscriptions_.limits().per_session,
                consequence
            );
            break;
        case Subscriptions::Limit::session_unknown:
            log_.warn(
                "agent {} asks for more than {} modules without a route: {}; "
                "--max-unknown-subscriptions raises that",
                name_of(session),
                subscriptions_.limits().unknown_per_session,
                consequence
            );
            break;
        case Subscriptions::Limit::unknown:
        case Subscriptions::Limit::none:  // another context has made room meanwhile
            log_.warn(
                "agents ask for more than {} modules without a route, {} among them: {}; "
                "--max-unknown-subscriptions raises that too, as a hundredth of it",
                subscriptions_.limits().unknown,
                name_of(session),
                consequence
            );
            break;
    }
}

void Publisher::tell_of_room(net::Session& session) {
    const auto refused = subscriptions_.take_refusals(session);
    if (refused == 0) return;
    log_.info(
        "agent {} has room for subscriptions again; {} requests found none",
        name_of(session),
        refused
    );
}

void Publisher::handle_held_request(net::Session& session) {
    session.send(ID_HeldResponse, held_response(*held_));
}

void Publisher::publish(const Publication& publication) {
    held_ = publication.held;
    const auto which = what_to_reconsider(*store_, *publication.store);
    store_ = publication.store;
    rename_routes(names_.publish(publication, *store_, which));
    if (publication.whole) gone_.clear();
    bool pushed = false;
    for (const auto& route : publication.routes) set_route(route, pushed);
    if (which != Reconsider::none) {
        for (const auto id : left_alone_.keys()) reconsider(id, which);
    }
    if (!pushed) return;
    const auto took = Clock::now() - publication.made;
    latency_.observe(std::chrono::duration<double>(took).count());
}

// Their subscribers learn it with the route's next change, or when they ask again.
void Publisher::rename_routes(const std::vector<ModuleId>& modules) {
    for (const auto id : modules) {
        const auto found = routes_.find(id);
        if (found == routes_.end() || found->second.name() == names_.name_of(id)) continue;
        found->second = RouteFrames(found->second.route_ptr(), names_.name_of(id));
    }
}

// One that only comes from another version or store than before isn't sent to those who have it.
void Publisher::set_route(const RoutePtr& route, bool& pushed) {
    const auto id = route->route.module;
    const bool empty = route->route.endpoints.empty();
    const bool removed = empty && !route->awaits_hosts;
    const auto found = routes_.find(id);
    const bool known = found != routes_.end();
    const bool same = known ? found->second.route().etag == route->etag : removed;
    subscriptions_.set_kind(id, kind_of(!removed));
    if (known) note_removals(found->second.route().route, route->route);
    auto& frames = routes_[id] = RouteFrames(route, names_.name_of(id));
    // Addresses that nobody knows yet are no reason to take away those that agents have.
    if (!same && (!empty || removed) && !subscriptions_.of(id).empty()) {
        if (pacer_.may_push(id, Clock::now())) {
            pushed = push(frames) || pushed;
        } else if (due_) {
            due_->notify();
        }
    }
    if (removed) {
        routes_.erase(id);
        gone_[id] = route;
    } else {
        gone_.erase(id);
    }
    if (!left_alone_.empty()) reconsider(id, Reconsider::all);
}

void Publisher::reconsider(ModuleId id, Reconsider which) {
    for (auto* session : left_alone_.of(id)) {
        auto held = *left_alone_.find(*session, id);
        const bool later = held.reason == HoldReason::later_version;
        if (which == Reconsider::later_versions && !later) continue;
        const auto answer = answer_for(id, held.brought, session->peer_kind());
        if (answer.kind == RouteAnswer::Kind::held) {
            held.reason = answer.reason;
            hold(*session, held);
        } else {
            release(*session, id);
            send(*session, id, held.brought.etag, answer.kind);
        }
    }
}

void Publisher::note_removals(const Route& before, const Route& after) {
    std::optional<std::size_t> lost;
    for (auto* session : subscriptions_.of(after.module)) {
        if (session->peer_kind() == net::PeerKind::ours) continue;
        if (!left_alone_.empty() && left_alone_.find(*session, after.module)) continue;
        if (!lost) {
            const auto shown = wire::shown_to_originals(before);
            std::unordered_set<Endpoint> gone(shown.begin(), shown.end());
            for (const auto& each : wire::shown_to_originals(after)) gone.erase(each);
            lost = gone.size();
        }
        if (*lost > 0) note_removals(*session, after.module, *lost);
    }
}

void Publisher::note_removals(net::Session& session, ModuleId module, std::size_t endpoints) {
    original_removals_.add();
    if (warnings_ >= kMaxWarnings || !warned_[&session].insert(module).second) return;
    ++warnings_;
    log_.warn(
        "{}: {} endpoints are taken from the original agent {}, which may abort within a minute, "
        "by a fault of its own; docs/operations.md says how to remove endpoints under such agents",
        to_string(module),
        endpoints,
        name_of(session)
    );
}

Awaitable<> Publisher::run(asio::any_io_executor executor) {
    due_.emplace(executor);
    while (true) {
        push_due();
        const auto next = pacer_.next_due();
        co_await due_->wait_until(next);
    }
}

void Publisher::push_due() {
    for (const auto id : pacer_.take_due(Clock::now())) {
        const auto found = routes_.find(id);
        if (found != routes_.end()) {
            push(found->second);
            continue;
        }
        for (auto* session : subscriptions_.of(id)) {
            if (!left_alone_.empty() && left_alone_.find(*session, id)) continue;
            session->send(no_route(id, *session));
            pushes_.add();
        }
    }
}

// Sending only queues, so the set of subscribers doesn't change under the loop.
bool Publisher::push(RouteFrames& frames) {
    const auto id = frames.route().route.module;
    std::size_t sent = 0;
    for (auto* session : subscriptions_.of(id)) {
        if (!left_alone_.empty() && left_alone_.find(*session, id)) continue;
        session->send(frame_for(frames, *session));
        ++sent;
    }
    pushes_.add(sent);
    return sent > 0;
}

wire::EncodedFrame Publisher::frame_for(RouteFrames& frames, const net::Session& session) {
    return frames.frame_for(session.peer_kind(), session.max_body(), truncated_);
}

// Said of a module that isn't there; too small to be cut.
wire::EncodedFrame Publisher::no_route(ModuleId id, const net::Session& session) const {
    return encode_no_route(id, session.peer_kind(), session.max_body(), names_.name_of(id));
}

}  // namespace lars::dns
