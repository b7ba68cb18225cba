#include "agent/dns_link.hpp"

#include "net/serve_frames.hpp"
#include "runtime/listen.hpp"
#include "wire/frame.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

#include <algorithm>
#include <utility>

namespace lars::agent {
namespace {

// Of what dns says a lease is.
constexpr std::chrono::milliseconds kMinLease{100};
constexpr std::chrono::milliseconds kMaxLease{std::chrono::hours(1)};
// Of an agent whose instances outlive it by a lease only.
constexpr std::chrono::milliseconds kMaxBackoff{500};

}  // namespace

DnsLink::DnsLink(
    asio::any_io_executor executor,
    net::LinkOptions options,
    const wire::Identity& self,
    Sink sink,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : link_(std::move(executor), "dns", std::move(options), self, metrics, log),
      sink_(std::move(sink)),
      bad_input_(metrics),
      routes_(metrics.counter("lars_agent_routes_received_total", "Routes that dns sent")),
      names_asked_(metrics.counter("lars_agent_names_asked_total", "Names that dns was asked for")),
      names_received_(
          metrics.counter("lars_agent_names_received_total", "What dns said that names stand for")
      ),
      moves_({.first = std::chrono::seconds(1), .max = std::chrono::seconds(30)}) {
    condition_.fail("not connected to any of " + runtime::to_string(link_.peers()));
}

Awaitable<> DnsLink::run() {
    const net::Session::Serve each = [this](net::Session& session) { return serve(session); };
    const auto on_peer_kind = [this] { look_at_capabilities(); };
    co_await link_.run(each, on_peer_kind);
}

Awaitable<> DnsLink::serve(net::Session& session) {
    struct Current {
        DnsLink& link;
        ~Current() {
            link.session_ = nullptr;
            link.look_at_capabilities();
            link.condition_.fail("lost, of " + runtime::to_string(link.link_.peers()));
            link.sink_.on_connection(false);
        }
    } const current{*this};
    session_ = &session;
    condition_.clear();
    const auto& local = session.local();
    sink_.on_address(runtime::to_endpoint(local.address(), local.port()));
    sink_.on_connection(true);
    look_at_capabilities();
    const auto handle_frame = [this, &session](const net::FrameView& frame) {
        handle(frame, session.peer_kind());
    };
    co_await net::serve_frames(session, handle_frame);
}

// Not by a Dispatcher: that hands out messages, and the bytes are wanted beside it.
void DnsLink::handle(const net::FrameView& frame, net::PeerKind peer) {
    if (frame.id == ID_NameResponse) {
        receive_name(frame.body);
    } else if (frame.id == ID_AnnounceAck) {
        receive_ack(frame.body);
    } else if (frame.id != ID_GetRouteResponse) {
        bad_input_.count(Errc::unknown_message);
    } else if (!wire::parse_body(frame.body, response_)) {
        bad_input_.count(Errc::undecodable_body);
    } else {
        receive(frame.body, peer);
    }
}

// What a dns knows is known as soon as it has said Hello.
void DnsLink::look_at_capabilities() {
    std::uint64_t capabilities = 0;
    if (session_ && session_->peer_kind() == net::PeerKind::ours && session_->peer()) {
        capabilities = session_->peer()->capabilities;
    }
    const bool names = (capabilities & CAPABILITY_NAMES) != 0;
    if (std::exchange(knows_names_, names) != names) sink_.on_names_reachable(names);
    const bool registers = (capabilities & CAPABILITY_REGISTRATION) != 0;
    if (std::exchange(registers_, registers) != registers) {
        sink_.on_registration_reachable(registers);
    }
}

void DnsLink::stay_close() {
    link_.set_max_backoff(kMaxBackoff);
}

void DnsLink::announce(const wire::Announcement& announcement) {
    if (session_ == nullptr || !registers_) return;
    stay_close();
    // Beats in each third of a lease; dns is given up in time for another to see this agent.
    session_->set_heartbeat(lease_ / 3, lease_ * 2 / 3);
    session_->send(ID_AnnounceRequest, wire::to_wire(announcement));
}

void DnsLink::receive_ack(std::span<const std::uint8_t> body) {
    AnnounceAck ack;
    if (!wire::parse_body(body, ack)) return bad_input_.count(Errc::undecodable_body);
    if (ack.lease_ms() > 0) {
        lease_ = std::clamp(std::chrono::milliseconds(ack.lease_ms()), kMinLease, kMaxLease);
        if (session_) session_->set_heartbeat(lease_ / 3, lease_ * 2 / 3);
        moves_.reset();
    }
    sink_.on_announce_ack(ack);
}

// Where all are like that, it doesn't go round and round.
void DnsLink::go_elsewhere() {
    const auto now = Clock::now();
    if (session_ == nullptr || link_.peers().size() < 2 || now < next_move_) return;
    next_move_ = now + moves_.next(0xFFFFFFFF);
    session_->close("it can't register services now, and another may");
}

void DnsLink::receive_name(std::span<const std::uint8_t> body) {
    NameResponse response;
    if (!wire::parse_body(body, response)) return bad_input_.count(Errc::undecodable_body);
    const auto module = wire::module_of(response);
    if (!response.missing() && !module.valid()) return bad_input_.count(Errc::negative_module);
    names_received_.add();
    NameUpdate update{response.name(), {}};
    if (!response.missing()) update.meaning.module = module;
    update.meaning.target = response.target();
    update.meaning.origin = {response.store_id(), response.version()};
    sink_.on_name(update);
}

void DnsLink::receive(std::span<const std::uint8_t> body, net::PeerKind peer) {
    if (!wire::module_of(response_).valid()) {
        bad_input_.count(Errc::negative_module);
        return;
    }
    routes_.add();
    if (response_.unchanged()) {
        const RouteOrigin origin{response_.store_id(), response_.version()};
        sink_.on_unchanged({wire::module_of(response_), response_.etag(), origin});
        return;
    }
    std::size_t refused = 0;
    RouteUpdate update;
    update.endpoint_table =
        std::make_shared<const lb::EndpointTable>(wire::from_wire(response_, refused));
    update.bytes = std::make_shared<const std::string>(body.begin(), body.end());
    update.source = peer == net::PeerKind::ours ? RouteSource::ours : RouteSource::original;
    for (; refused > 0; --refused) bad_input_.count(Errc::bad_endpoint);
    sink_.on_route(std::move(update));
}

void DnsLink::pull(const std::vector<Pull>& pulls) {
    if (session_ == nullptr) return;
    GetRouteRequest request;
    for (const auto& pull : pulls) {
        wire::set_module(pull.module, request);
        request.set_etag(pull.etag);
        const bool known = pull.origin.store_id != 0;
        request.set_store_id(pull.origin.store_id);
        request.set_version(known ? pull.origin.version : 0);
        request.set_rows(known ? pull.rows : 0);
        session_->send(ID_GetRouteRequest, request);
    }
}

void DnsLink::leave(const std::vector<ModuleId>& modules) {
    // An original dns doesn't know this, and forgets at the end of the connection.
    if (session_ == nullptr || session_->peer_kind() != net::PeerKind::ours) return;
    LeaveRouteRequest request;
    for (const auto id : modules) {
        wire::set_module(id, request);
        session_->send(ID_LeaveRouteRequest, request);
    }
}

void DnsLink::pull_names(const std::vector<NamePull>& pulls) {
    if (session_ == nullptr || !knows_names_) return;
    for (const auto& pull : pulls) {
        NameRequest request;
        request.set_name(pull.name);
        if (const auto& module = pull.known.module) {
            request.set_known(true);
            wire::set_module(*module, request);
            request.set_store_id(pull.known.origin.store_id);
            request.set_version(pull.known.origin.store_id != 0 ? pull.known.origin.version : 0);
        }
        session_->send(ID_NameRequest, request);
    }
    names_asked_.add(pulls.size());
}

void DnsLink::leave_name(const std::string& name) {
    if (session_ == nullptr || !knows_names_) return;
    NameRequest request;
    request.set_name(name);
    request.set_leave(true);
    session_->send(ID_NameRequest, request);
}

}  // namespace lars::agent
