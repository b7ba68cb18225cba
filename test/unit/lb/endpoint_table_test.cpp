#include "lb/endpoint_table.hpp"

#include "support/catch.hpp"

#include <vector>

using namespace lars;
using namespace lars::lb;

namespace {

/// Endpoints of weight 1, 2, … n.
Route rising_weights(std::uint32_t endpoints) {
    Route route;
    route.module = {1, 1};
    for (std::uint32_t i = 1; i <= endpoints; ++i) {
        route.endpoints.push_back({Endpoint::from_ipv4(0x0A000000U + i, 80), i, ""});
    }
    return route;
}

}  // namespace

TEST_CASE("an endpoint table draws by weight") {
    auto route = rising_weights(50);
    route.endpoints[0].weight = kMaxWeight;
    const EndpointTable endpoint_table(route);
    Random random(3);
    std::vector<int> drawn(50);
    constexpr int kDraws = 1'000'000;
    for (int i = 0; i < kDraws; ++i) ++drawn[endpoint_table.draw_by_weight(random)];
    const double sum = kMaxWeight + 50.0 * 51 / 2 - 1;
    CHECK(drawn[0] == Approx(double(kDraws) * kMaxWeight / sum).epsilon(0.01));
    CHECK(drawn[49] == Approx(double(kDraws) * 50 / sum).epsilon(0.15));
}

TEST_CASE("drained endpoints stand behind those that may be picked, and are found") {
    auto route = rising_weights(20);
    route.endpoints[4].weight = 0;
    const EndpointTable endpoint_table(route);
    CHECK(endpoint_table.size() == 20);
    CHECK(endpoint_table.active() == 19);
    CHECK(endpoint_table.find(route.endpoints[4].endpoint) == 19);
    CHECK(endpoint_table.weight(19) == 0);
}

TEST_CASE("a route comes out of its table as it went in") {
    auto route = rising_weights(20);
    route.endpoints[4].weight = 0;
    route.endpoints[7].zone = "a/b";
    route.endpoints[8].tags = "version=2";
    CHECK(EndpointTable(route).route() == route);
    for (auto& each : route.endpoints) each.weight = 0;
    CHECK(EndpointTable(route).active() == 20);
    CHECK(EndpointTable(route).route() == route);
}
