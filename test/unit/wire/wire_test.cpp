#include "wire/wire.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::wire;

namespace {

Route route_of(int endpoints) {
    Route route;
    route.module = {1, 2};
    for (int i = 0; i < endpoints; ++i) {
        const auto ip = 0xC0A80000U + static_cast<std::uint32_t>(i);
        route.endpoints.push_back({Endpoint::from_ipv4(ip, 80), kDefaultWeight, ""});
    }
    return route;
}

}  // namespace

TEST_CASE("a route with everything in it crosses the wire unchanged") {
    auto route = route_of(2);
    route.endpoints.push_back({*parse_endpoint("[2001:db8::1]:443"), 7, "zone-a"});
    route.policy = {"adaptive", {{"ejection", 0.5}}};
    route.version = 42;
    canonicalize(route);
    std::size_t refused = 0;
    CHECK(from_wire(to_wire(route, etag_of(route), kMaxTcpBody), refused) == route);
    CHECK(refused == 0);
}

TEST_CASE("a route is cut to the peer's limit, as late as possible, and marked") {
    for (const std::size_t limit : {kMaxUdpBody, kMaxTcpBody, std::size_t{100}}) {
        const auto message = to_wire(route_of(20'000), 1, limit);
        CHECK(message.truncated());
        CHECK(message.ByteSizeLong() <= limit);
        CHECK(message.ByteSizeLong() + 20 > limit);
    }
    CHECK_FALSE(to_wire(route_of(20'000), 1, kMaxHelloBody).truncated());
}

TEST_CASE("a weight crosses the wire from 0 to the most there is, and one above is that") {
    GetRouteResponse response;
    for (const std::uint32_t weight : {0U, 1U, 100U, 65'535U, 65'536U, 4'294'967'295U}) {
        auto& host = *response.add_host();
        host.set_ip(response.host_size());
        host.set_port(80);
        host.set_weight(weight);
    }
    std::size_t refused = 0;
    const auto route = from_wire(response, refused);
    std::vector<std::uint32_t> weights;
    for (const auto& each : route.endpoints) weights.push_back(each.weight);
    CHECK(weights == std::vector<std::uint32_t>{0, 1, 100, 65'535, 65'535, 65'535});
    CHECK(from_wire(to_wire(route, 1, kMaxTcpBody), refused).endpoints == route.endpoints);
    CHECK(refused == 0);
}

TEST_CASE("hosts out of range are left out and counted") {
    GetRouteResponse response;
    for (const int port : {0, -1, 65'536, 80}) {
        auto& host = *response.add_host();
        host.set_ip(1);
        host.set_port(port);
    }
    auto& strange = *response.add_host();
    strange.set_port(80);
    strange.set_address("short");
    std::size_t refused = 0;
    CHECK(from_wire(response, refused).endpoints.size() == 1);
    CHECK(refused == 4);
}
