#pragma once

#include "agent/module_map.hpp"
#include "lb/catalog.hpp"

#include <memory>

namespace lars::test {

inline constexpr ModuleId kId{1, 1};

inline agent::ModuleMap::MakePolicy classic_policies() {
    return [](ModuleId, const RoutePolicy& policy) {
        return lb::policy_factory(policy, {.policy = "classic", .classic = {}, .adaptive = {}});
    };
}

inline Endpoint host(std::uint32_t number) {
    return Endpoint::from_ipv4(10 + number, 80);
}

/// A route of hosts 0, 1, … as an EndpointTable.
inline lb::EndpointTablePtr route_of(std::uint32_t hosts, ModuleId id = kId) {
    Route route;
    route.module = id;
    for (std::uint32_t i = 0; i < hosts; ++i) {
        route.endpoints.push_back({host(i), kDefaultWeight, ""});
    }
    return std::make_shared<const lb::EndpointTable>(route);
}

}  // namespace lars::test
