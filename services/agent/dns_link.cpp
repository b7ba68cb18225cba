#include "agent/dns_link.hpp"

#include "net/serve_frames.hpp"
#include "runtime/listen.hpp"
#include "wire/frame.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

#include <utility>

namespace lars::agent {

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
      routes_(metrics.counter("lars_agent_routes_received_total", "Routes that dns sent")) {
    condition_.fail("not connected to any of " + runtime::to_string(link_.peers()));
}

Awaitable<> DnsLink::run() {
    const net::Session::Serve each = [this](net::Session& session) { return serve(session); };
    co_await link_.run(each);
}

Awaitable<> DnsLink::serve(net::Session& session) {
    struct Current {
        DnsLink& link;
        ~Current() {
            link.session_ = nullptr;
            link.condition_.fail("lost, of " + runtime::to_string(link.link_.peers()));
            link.sink_.on_connection(false);
        }
    } const current{*this};
    session_ = &session;
    condition_.clear();
    const auto& local = session.local();
    sink_.on_address(runtime::to_endpoint(local.address(), local.port()));
    sink_.on_connection(true);
    const auto handle_frame = [this, &session](const net::FrameView& frame) {
        handle(frame, session.peer_kind());
    };
    co_await net::serve_frames(session, handle_frame);
}

// Not by a Dispatcher: that hands out messages, and the bytes are wanted beside it.
void DnsLink::handle(const net::FrameView& frame, net::PeerKind peer) {
    if (frame.id != ID_GetRouteResponse) {
        bad_input_.count(Errc::unknown_message);
    } else if (!wire::parse_body(frame.body, response_)) {
        bad_input_.count(Errc::undecodable_body);
    } else {
        receive(frame.body, peer);
    }
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

}  // namespace lars::agent
