#pragma once

#include <cstdint>

namespace lars::agent {

/// Where a route is from: the store, and its version when it had the route. dns is told, so that a
/// store which is another one or an older one doesn't take the route away.
struct RouteOrigin {
    std::uint64_t store_id = 0;  ///< 0: not known
    std::uint64_t version = 0;

    friend bool operator==(const RouteOrigin&, const RouteOrigin&) = default;
};

}  // namespace lars::agent
