#pragma once

#include "base/module_id.hpp"
#include "net/peer.hpp"

#include <cstdint>
#include <optional>

namespace lars::dns {

/// What a GetRouteRequest is answered with.
enum class RouteAnswer {
    route,      ///< the module's endpoints, or that it has none
    unchanged,  ///< that the agent has them
    nothing,    ///< "no such module" would be a guess: the agent keeps what it has
};

/// What is known when a request comes.
struct RouteQuestion {
    ModuleId module;
    std::uint64_t etag = 0;  ///< of the route that the agent holds; 0: it holds none, or can't tell
    net::PeerKind peer = net::PeerKind::unknown;
    std::optional<std::uint64_t> served;  ///< etag of the module's route, if it has one
    bool doubtful = false;                ///< modules may have been lost from the table
};

/// Decides the answer. An original agent doesn't say what it holds, so it is always sent its route.
///
/// While the table is doubtful, an agent that may hold a route isn't told that its module is gone.
RouteAnswer answer_to(const RouteQuestion& question);

}  // namespace lars::dns
