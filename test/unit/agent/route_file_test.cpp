#include "agent/route_file.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;

namespace {

Route route(int modid, std::size_t endpoints) {
    Route out;
    out.module = {modid, 1};
    for (std::uint32_t i = 1; i <= endpoints; ++i) {
        out.endpoints.push_back({Endpoint::from_ipv4(i, 80), 100 + i, "zone"});
    }
    return out;
}

std::string bytes_of(const std::vector<Route>& routes) {
    RouteFile file;
    for (const auto& each : routes) file.put(each);
    return file.encode();
}

}  // namespace

TEST_CASE("routes come back from a file as they went in") {
    auto large = route(3, 20'000);
    large.policy = {"adaptive", {{"decay", 0.5}}};
    auto v6 = route(4, 0);
    v6.endpoints.push_back({*parse_endpoint("[2001:db8::1]:80"), kDefaultWeight, ""});
    const auto routes = RouteFile::decode(bytes_of({route(1, 2), large, v6}));
    REQUIRE(routes.has_value());
    REQUIRE(routes->size() == 3);
    CHECK(routes->at(0) == route(1, 2));
    CHECK(routes->at(1) == large);
    CHECK(routes->at(2) == v6);
    CHECK(RouteFile::decode(bytes_of({}))->empty());
}

TEST_CASE("a later route replaces, and one without endpoints removes") {
    RouteFile file;
    file.put(route(1, 2));
    file.put(route(2, 2));
    file.put(route(1, 3));
    file.put(route(2, 0));
    CHECK(file.size() == 1);
    CHECK(RouteFile::decode(file.encode())->at(0).endpoints.size() == 3);
}

TEST_CASE("a file that lost or changed any byte is refused, and says why") {
    const auto good = bytes_of({route(1, 2), route(2, 1)});
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        CHECK(RouteFile::decode(good.substr(0, size)).has_error());
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        CAPTURE(at);
        auto damaged = good;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        const auto refused = RouteFile::decode(damaged);
        REQUIRE(refused.has_error());
        CHECK_FALSE(refused.error().why.empty());
    }
    CHECK(RouteFile::decode(good + "x").has_error());
    auto newer = good;
    newer[8] = 2;
    CHECK(RouteFile::decode(newer).error().why.find("format is 2") != std::string::npos);
}
