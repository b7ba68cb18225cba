#include "store/endpoint_merge.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lars::store {
namespace {

bool usual(const RowStanding& standing) {
    return !standing.owned && standing.serves;
}

}  // namespace

void EndpointMerge::add(RouteEndpoint endpoint, const RowStanding& standing) {
    if (!standings_.empty() || !usual(standing)) {
        standings_.resize(endpoints_.size());
        standings_.push_back(standing);
    }
    endpoints_.push_back(std::move(endpoint));
}

std::vector<RouteEndpoint> EndpointMerge::take() {
    auto all = std::exchange(endpoints_, {});
    const auto standings = std::exchange(standings_, {});
    if (standings.empty()) {
        Route route{.module = {}, .endpoints = std::move(all), .policy = {}};
        canonicalize(route);
        return std::move(route.endpoints);
    }
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // Of each endpoint the row that decides comes first.
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        if (all[a].endpoint != all[b].endpoint) return all[a].endpoint < all[b].endpoint;
        const auto& left = standings[a];
        const auto& right = standings[b];
        if (left.owned != right.owned) return right.owned;
        if (left.owned) return left.id > right.id;
        return all[a] < all[b];
    });
    std::vector<RouteEndpoint> merged;
    for (std::size_t i = 0; i < order.size();) {
        const auto& first = all[order[i]];
        bool serves = false;
        for (; i < order.size() && all[order[i]].endpoint == first.endpoint; ++i) {
            serves = serves || standings[order[i]].serves;
        }
        if (serves) merged.push_back(first);
    }
    return merged;
}

}  // namespace lars::store
