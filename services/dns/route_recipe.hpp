#pragma once

#include "dns/host_table.hpp"
#include "store/stored_route.hpp"

#include <set>
#include <string>
#include <vector>

namespace lars::dns {

/// What a module's route is made from where its addresses and weights alone don't say it.
struct RouteRecipe {
    std::vector<RouteEndpoint> endpoints;  ///< those with addresses, with the weights of their rows
    std::vector<store::HostEndpoint> hosts;
    std::vector<store::SplitRow> splits;

    std::set<std::string> host_names() const;
};

/// Whether a route needs one.
inline bool needs_recipe(const store::StoredRoute& stored) {
    return !stored.hosts.empty() || !stored.splits.empty();
}
RouteRecipe recipe_of(const store::StoredRoute& stored);

struct MadeEndpoints {
    std::vector<RouteEndpoint> endpoints;  ///< canonical
    bool awaits_hosts = false;  ///< of one of the hosts it isn't known yet which addresses it has
};
/// An address that is also an endpoint of its own has what that one's row says.
MadeEndpoints make_endpoints(const RouteRecipe& recipe, const HostTable& hosts);

}  // namespace lars::dns
