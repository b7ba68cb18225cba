#include "base/route.hpp"

#include "support/catch.hpp"

using namespace lars;

namespace {

Route route_of(std::vector<const char*> endpoints) {
    Route route;
    route.module = {1, 2};
    for (const auto* text : endpoints) route.endpoints.push_back({*parse_endpoint(text), 100, ""});
    canonicalize(route);
    return route;
}

}  // namespace

TEST_CASE("the order in which endpoints are read doesn't change a route's etag") {
    CHECK(
        etag_of(route_of({"10.0.0.1:80", "10.0.0.2:80"})) ==
        etag_of(route_of({"10.0.0.2:80", "10.0.0.1:80"}))
    );
}

TEST_CASE("an endpoint stands once in a route") {
    CHECK(route_of({"10.0.0.1:80", "10.0.0.1:80"}).endpoints.size() == 1);
}

TEST_CASE("the etag of a route without tags is that of the version before") {
    auto route = route_of({"10.0.0.1:80", "[2001:db8::1]:443"});
    CHECK(etag_of(route) == 0x1A42A876B0067F58);
    route.endpoints[0].weight = 7;
    route.endpoints[1].zone = "eu-1/a";
    route.policy = {"adaptive", {{"probes", 3}}};
    CHECK(etag_of(route) == 0xA3E60C42131BDD26);
}

TEST_CASE("whatever a balancer would see changes the etag, the table's version doesn't") {
    const auto route = route_of({"10.0.0.1:80"});
    auto other = route;
    other.version = 99;
    CHECK(etag_of(other) == etag_of(route));
    other.endpoints[0].weight = 50;
    CHECK(etag_of(other) != etag_of(route));
    other = route;
    other.endpoints[0].zone = "a";
    CHECK(etag_of(other) != etag_of(route));
    other = route;
    other.endpoints[0].tags = "version=2";
    CHECK(etag_of(other) != etag_of(route));
    other = route;
    other.endpoints[0].endpoint.port = 81;
    CHECK(etag_of(other) != etag_of(route));
    other = route;
    other.policy.name = "adaptive";
    CHECK(etag_of(other) != etag_of(route));
    other = route;
    other.module.cmdid = 3;
    CHECK(etag_of(other) != etag_of(route));
    CHECK(etag_of(Route{}) != 0);
}
