#pragma once

#include "dns/publication.hpp"
#include "metrics/instruments.hpp"
#include "net/peer.hpp"
#include "wire/frame.hpp"

#include <proto/lars.pb.h>

#include <cstddef>
#include <string>
#include <utility>

namespace lars::dns {

/// A whole GetRouteResponse frame.
struct EncodedRoute {
    wire::EncodedFrame frame;
    bool truncated = false;  ///< endpoints were left out to keep within the largest body
};

/// A route as a peer of that kind understands it, with at most `max_body` bytes of body. A peer
/// that may be an original one is sent endpoints only: no etag, weights or policy.
/// `name` is what the module is called; empty: it has no name.
EncodedRoute encode_route(
    const PublishedRoute& route,
    net::PeerKind peer,
    std::size_t max_body,
    const std::string& name = {}
);

/// That a module has no endpoints.
wire::EncodedFrame encode_no_route(
    ModuleId module, net::PeerKind peer, std::size_t max_body, const std::string& name = {}
);

/// What is held, for `lars route held`: the number of modules, and the first of them.
HeldResponse held_response(const HeldReport& report);

/// A route with its frames, each encoded when it is first needed and then shared by all sessions of
/// its context.
class RouteFrames {
public:
    RouteFrames() = default;
    explicit RouteFrames(RoutePtr route, std::string name = {})
        : route_(std::move(route)), name_(std::move(name)) {}

    const PublishedRoute& route() const { return *route_; }
    const RoutePtr& route_ptr() const { return route_; }
    /// What the module is called; empty: it has no name.
    const std::string& name() const { return name_; }
    /// The frame for such a peer. Kept is only that for the largest body which its kind usually
    /// takes. `truncated` is raised when one is encoded with endpoints left out.
    wire::EncodedFrame frame_for(
        net::PeerKind peer, std::size_t max_body, metrics::Counter& truncated
    );

private:
    RoutePtr route_;
    std::string name_;
    wire::EncodedFrame for_ours_;
    wire::EncodedFrame for_original_;
};

}  // namespace lars::dns
