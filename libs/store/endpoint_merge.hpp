#pragma once

#include "base/route.hpp"

#include <cstdint>
#include <vector>

namespace lars::store {

/// What else a row says of its endpoint.
struct RowStanding {
    bool owned = false;  ///< it is an instance, not a row that somebody wrote
    bool serves = true;
    std::uint64_t id = 0;
};

/// The endpoints of one module from its rows. Of an endpoint that several rows name, weight, zone
/// and tags are of the one that somebody wrote, or else of the latest; it serves if one of them
/// does.
class EndpointMerge {
public:
    void add(RouteEndpoint endpoint, const RowStanding& standing = {});
    /// Those that serve, sorted; of several rows that somebody wrote the lowest weight counts.
    std::vector<RouteEndpoint> take();

private:
    std::vector<RouteEndpoint> endpoints_;
    std::vector<RowStanding> standings_;  // of them all, once one isn't the usual
};

}  // namespace lars::store
