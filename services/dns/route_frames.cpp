#include "dns/route_frames.hpp"

#include "wire/module.hpp"
#include "wire/route.hpp"

#include <algorithm>

namespace lars::dns {
namespace {

// A HeldResponse must fit into the body that every peer accepts.
constexpr std::size_t kMaxHeldShown = 1'000;
constexpr std::size_t kMaxHeldNamesShown = 100;
constexpr std::size_t kMaxHeldOwnersShown = 50;

HeldResponse::Reason to_wire(HoldReason reason) {
    switch (reason) {
        case HoldReason::unexplained:
            return HeldResponse::REASON_LOG_IS_SILENT;
        case HoldReason::large:
            return HeldResponse::REASON_LARGE;
        case HoldReason::other_store:
            return HeldResponse::REASON_OTHER_STORE;
        case HoldReason::later_version:
            return HeldResponse::REASON_LATER_VERSION;
        case HoldReason::empty_store:
            return HeldResponse::REASON_EMPTY_STORE;
        case HoldReason::unknown_host:
            return HeldResponse::REASON_UNKNOWN_HOST;
    }
    return HeldResponse::REASON_LOG_IS_SILENT;
}

}  // namespace

EncodedRoute encode_route(
    const PublishedRoute& route, net::PeerKind peer, std::size_t max_body, const std::string& name
) {
    const bool ours = peer == net::PeerKind::ours;
    const auto message = ours ? wire::to_wire(route.route, route.etag, max_body, name)
                              : wire::to_original(route.route, max_body);
    return {wire::encode_frame(ID_GetRouteResponse, message), message.truncated()};
}

wire::EncodedFrame encode_no_route(
    ModuleId module, net::PeerKind peer, std::size_t max_body, const std::string& name
) {
    PublishedRoute none;
    none.route.module = module;
    none.etag = etag_of(none.route);
    return encode_route(none, peer, max_body, name).frame;
}

HeldResponse held_response(const HeldReport& report) {
    HeldResponse response;
    response.set_modules(report.modules.size());
    response.set_doubtful(report.doubtful);
    response.set_version(report.version);
    response.set_store_id(report.store_id);
    const auto shown = std::min(report.modules.size(), kMaxHeldShown);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& held = report.modules[i];
        auto& out = *response.add_module();
        wire::set_module(held.module, out);
        out.set_served_rows(held.served_rows);
        out.set_stored_rows(held.stored_rows);
        out.set_large(held.reason == HoldReason::large);
        out.set_reason(to_wire(held.reason));
        out.set_agents(static_cast<std::uint32_t>(held.agents));
        out.set_store_id(held.brought.id);
        out.set_version(held.brought.version);
    }
    response.set_names(report.names.size());
    const auto names = std::min(report.names.size(), kMaxHeldNamesShown);
    for (std::size_t i = 0; i < names; ++i) {
        const auto& held = report.names[i];
        auto& out = *response.add_name();
        out.set_name(held.name);
        wire::set_module(held.module, out);
        out.set_reason(to_wire(held.reason));
        out.set_agents(static_cast<std::uint32_t>(held.agents));
    }
    response.set_owners(report.owners.size());
    const auto owners = std::min(report.owners.size(), kMaxHeldOwnersShown);
    for (std::size_t i = 0; i < owners; ++i) {
        const auto& held = report.owners[i];
        auto& out = *response.add_owner();
        out.set_owner(held.owner.data(), held.owner.size());
        out.set_host(held.host);
        out.set_one_module(held.module.has_value());
        if (held.module) wire::set_module(*held.module, out);
        out.set_flood(held.reason == store::HeldBecause::flood);
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(held.held_for);
        out.set_held_ms(static_cast<std::uint64_t>(ms.count()));
    }
    return response;
}

wire::EncodedFrame RouteFrames::frame_for(
    net::PeerKind peer, std::size_t max_body, metrics::Counter& truncated
) {
    const bool ours = peer == net::PeerKind::ours;
    auto& kept = ours ? for_ours_ : for_original_;
    const bool usual = max_body == (ours ? kMaxHelloBody : kMaxTcpBody);
    if (usual && kept) return kept;
    const auto encoded = encode_route(*route_, peer, max_body, name_);
    if (encoded.truncated) truncated.add();
    if (usual) kept = encoded.frame;
    return encoded.frame;
}

}  // namespace lars::dns
