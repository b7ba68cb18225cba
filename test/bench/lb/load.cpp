#include "lb/load.hpp"

#include "lb/catalog.hpp"

namespace lars::bench {

lb::Time begin_time() {
    return std::chrono::hours(1);
}

Route route_of(std::uint32_t endpoints) {
    Route route;
    route.module = {1, 1};
    for (std::uint32_t i = 0; i < endpoints; ++i) {
        route.endpoints.push_back({Endpoint::from_ipv4(0x0A000000 + i, 80), kDefaultWeight, ""});
    }
    return route;
}

std::unique_ptr<lb::Balancer> running_balancer(
    const std::string& policy, std::uint32_t endpoints, Health health, Calls& calls
) {
    // Broken for as long as the benchmark runs.
    lb::Defaults defaults;
    defaults.adaptive.health.ejection = std::chrono::hours(1);
    defaults.adaptive.health.max_ejection = std::chrono::hours(1);
    defaults.classic.overload_timeout = std::chrono::hours(1);
    auto balancer = std::make_unique<lb::Balancer>(lb::policy_factory({policy, {}}, defaults));
    const auto route = route_of(endpoints);
    balancer->update(route, calls.now);
    if (health == Health::tenth_broken) {
        for (std::uint32_t i = 0; i < endpoints; i += 10) {
            for (int failure = 0; failure < 20; ++failure) {
                const lb::Call failed{lb::CallOutcome::failure, {}};
                balancer->report(route.endpoints[i].endpoint, failed, calls.now);
            }
        }
    }
    for (std::uint32_t i = 0; i < 3 * endpoints + 100; ++i) pick_and_report(*balancer, calls);
    return balancer;
}

}  // namespace lars::bench
