#include "wire/route.hpp"

#include "base/frame.hpp"
#include "support/catch.hpp"
#include "wire/module.hpp"

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
    route.endpoints.push_back(
        {*parse_endpoint("[2001:db8::1]:443"), 7, "eu-1/a", "stage=canary,version=2"}
    );
    route.policy = {"adaptive", {{"ejection", 0.5}}};
    route.version = 42;
    canonicalize(route);
    std::size_t refused = 0;
    CHECK(from_wire(to_wire(route, etag_of(route), kMaxTcpBody), refused) == route);
    CHECK(refused == 0);
}

TEST_CASE("a zone or tags that aren't ones are left out, and their endpoint stays") {
    GetRouteResponse response;
    auto& host = *response.add_host();
    host.set_ip(1);
    host.set_port(80);
    host.set_zone("a,b");
    host.add_tag("version=2");
    host.add_tag("version=3");
    std::size_t refused = 0;
    const auto route = from_wire(response, refused);
    REQUIRE(route.endpoints.size() == 1);
    CHECK(route.endpoints[0] == RouteEndpoint{Endpoint::from_ipv4(1, 80)});
    CHECK(refused == 0);
}

TEST_CASE("a policy's parameters are on the wire as a map of string to double") {
    Policy policy;
    to_wire({"p", {{"a", 1.0}}}, policy);
    const std::string bytes(
        "\x0a\x01p\x12\x0c\x0a\x01"
        "a\x11\0\0\0\0\0\0\xf0\x3f",
        17
    );
    CHECK(policy.SerializeAsString() == bytes);
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

TEST_CASE("hosts at an address that no node has are left out and counted") {
    GetRouteResponse response;
    for (const std::uint32_t ip : {0U, 0xFFFFFFFFU, 0xE0000001U, 0xF0000001U, 0x0A000001U}) {
        auto& host = *response.add_host();
        host.set_ip(static_cast<std::int32_t>(ip));
        host.set_port(80);
    }
    auto& any = *response.add_host();
    any.set_port(80);
    any.set_address(std::string(16, '\0'));
    std::size_t refused = 0;
    const auto route = from_wire(response, refused);
    REQUIRE(route.endpoints.size() == 1);
    CHECK(to_string(route.endpoints[0].endpoint) == "10.0.0.1:80");
    CHECK(refused == 5);
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

TEST_CASE("a route is cut only when it doesn't fit, and then leaves room for the mark") {
    const auto whole = to_wire(route_of(50), 1, kMaxTcpBody).ByteSizeLong();
    const auto fits = to_wire(route_of(50), 1, whole);
    CHECK_FALSE(fits.truncated());
    CHECK(fits.host_size() == 50);
    for (std::size_t limit = whole - 40; limit < whole; ++limit) {
        const auto cut = to_wire(route_of(50), 1, limit);
        CAPTURE(limit);
        CHECK(cut.truncated());
        CHECK(cut.host_size() < 50);
        CHECK(cut.ByteSizeLong() <= limit);
    }
}

TEST_CASE("hosts that are written one by one are cut as a whole route is") {
    const auto route = route_of(20'000);
    GetRouteResponse response;
    set_module(route.module, response);
    HostWriter hosts(response, kMaxUdpBody);
    std::size_t added = 0;
    while (hosts.add(route.endpoints[added].endpoint, {})) ++added;
    CHECK(response.truncated());
    CHECK(response.ByteSizeLong() <= kMaxUdpBody);
    CHECK(response.ByteSizeLong() + 20 > kMaxUdpBody);
    CHECK(response.SerializeAsString() == to_original(route, kMaxUdpBody).SerializeAsString());
}

TEST_CASE("an original agent gets endpoints only, and drained ones only if there is nothing else") {
    auto route = route_of(3);
    route.endpoints[0].weight = 0;
    route.endpoints[1] = {route.endpoints[1].endpoint, 7, "east", "version=2"};
    route.policy = {"adaptive", {}};
    route.version = 42;
    const auto some = to_original(route, kMaxTcpBody);
    CHECK(some.host_size() == 2);
    for (const auto& host : some.host()) {
        CHECK_FALSE(host.has_weight());
        CHECK(host.zone().empty());
        CHECK(host.tag().empty());
    }
    CHECK(some.etag() == 0);
    CHECK(some.version() == 0);
    CHECK_FALSE(some.has_policy());
    for (auto& each : route.endpoints) each.weight = 0;
    CHECK(to_original(route, kMaxTcpBody).host_size() == 3);
    route.endpoints.push_back({*parse_endpoint("[2001:db8::1]:443")});
    CHECK(to_original(route, kMaxTcpBody).host_size() == 3);
}

TEST_CASE("an unchanged route is its module and etag, and where it is from now") {
    const Route route{.module = {1, 2}, .version = 9, .store_id = 5};
    const auto response = unchanged_route(route, 7);
    CHECK(module_of(response) == ModuleId{1, 2});
    CHECK(response.unchanged());
    CHECK(response.etag() == 7);
    CHECK(response.version() == 9);
    CHECK(response.store_id() == 5);
    CHECK(response.host_size() == 0);
}
