#pragma once

#include "base/module_id.hpp"
#include "dns/route_table.hpp"
#include "net/peer.hpp"

#include <cstdint>

namespace lars::dns {

/// What an agent says in a request of the route that it holds.
struct BroughtRoute {
    std::uint64_t etag = 0;      ///< 0: it holds none, or can't tell
    std::uint64_t store_id = 0;  ///< where it is from; 0: not known
    std::uint64_t version = 0;   ///< of that store
    std::uint32_t rows = 0;      ///< endpoints

    friend bool operator==(const BroughtRoute&, const BroughtRoute&) = default;
};

/// What a GetRouteRequest is answered with.
struct RouteAnswer {
    enum class Kind {
        route,      ///< the module's endpoints, or that it has none
        unchanged,  ///< that the agent has them
        held,       ///< nothing: the store may be wrong, and the agent keeps what it has
    };
    Kind kind = Kind::route;
    HoldReason reason = HoldReason::unexplained;  ///< when it is held

    friend bool operator==(const RouteAnswer&, const RouteAnswer&) = default;
};

/// What is known when a request comes.
struct RouteQuestion {
    ModuleId module;
    BroughtRoute brought;
    net::PeerKind peer = net::PeerKind::unknown;
    const PublishedRoute* served = nullptr;  ///< null: the module has no route
    /// Of a module without a route: as PublishedRoute has them.
    std::uint64_t removed_at = 0;
    std::uint64_t rows = 0;
};

/// Which of the routes and names that are held may be let go by a change of the store.
enum class Reconsider { none, later_versions, all };
Reconsider what_to_reconsider(const StoreView& before, const StoreView& now);

/// Decides the answer, so that no store which is empty, new, older or simply another one than
/// before takes an agent's route away.
///
/// Whoever brings the route that is served is told so, wherever it is from. A different one is held
/// if it is from a store that this one hasn't adopted, or from a later version of this one; and if
/// it has more endpoints than the store has rows, though the change log knows of no removal since:
/// rows that were edited to say the same, or not to serve, are still there. Before the last
/// confirmation of the table everything is explained by that. A route with a host of which nobody
/// knows yet which addresses it has is for those only who have none. Of an agent that can't say
/// where its route is from, only that is known: a store that began empty, or that lost rows,
/// doesn't tell it that a module is gone.
RouteAnswer answer_to(const RouteQuestion& question, const StoreView& store);

}  // namespace lars::dns
