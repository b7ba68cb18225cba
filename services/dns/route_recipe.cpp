#include "dns/route_recipe.hpp"

#include "store/route_split.hpp"

#include <algorithm>
#include <utility>

namespace lars::dns {

std::set<std::string> RouteRecipe::host_names() const {
    std::set<std::string> names;
    for (const auto& each : hosts) names.insert(each.host);
    return names;
}

RouteRecipe recipe_of(const store::StoredRoute& stored) {
    return {stored.route.endpoints, stored.hosts, stored.splits};
}

MadeEndpoints make_endpoints(const RouteRecipe& recipe, const HostTable& hosts) {
    MadeEndpoints made{.endpoints = recipe.endpoints};
    const auto by_endpoint = [](const RouteEndpoint& each) { return each.endpoint; };
    for (const auto& each : recipe.hosts) {
        made.awaits_hosts = made.awaits_hosts || !hosts.known(each.host);
        for (const auto& address : hosts.addresses(each.host)) {
            const Endpoint endpoint{address, each.port};
            if (!why_uncallable(endpoint).empty()) continue;
            made.endpoints.push_back({endpoint, each.weight, each.zone, each.tags});
        }
    }
    std::ranges::stable_sort(made.endpoints, {}, by_endpoint);
    const auto same = [](const RouteEndpoint& a, const RouteEndpoint& b) {
        return a.endpoint == b.endpoint;
    };
    auto& all = made.endpoints;
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    store::apply_splits(recipe.splits, made.endpoints);
    return made;
}

}  // namespace lars::dns
