#include "store/route_row.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

TEST_CASE("what RouteData can't hold is refused by name") {
    CHECK(check_storable({{{1, 1}, *parse_endpoint("10.0.0.1:80")}}).has_value());
    const auto v6 = check_storable({{{1, 1}, *parse_endpoint("[2001:db8::1]:80")}});
    REQUIRE(v6.has_error());
    CHECK(v6.error().message.find("[2001:db8::1]:80") != std::string::npos);
    CHECK(check_storable({{{-1, 1}, *parse_endpoint("10.0.0.1:80")}}).has_error());
    CHECK(check_storable({{{1, 1}, Endpoint::from_ipv4(1, 0)}}).has_error());
    CHECK(check_storable({{{1, 1}, Endpoint::from_ipv4(1, 80), 65'535}}).has_value());
    const auto heavy = check_storable({{{1, 1}, Endpoint::from_ipv4(1, 80), 65'536}});
    REQUIRE(heavy.has_error());
    CHECK(heavy.error().message == "weight 65536 is not from 0 to 65535");
}

TEST_CASE("an address that no node has is refused by name, unless it is to be removed") {
    const std::vector<RouteRow> rows{{{1, 1}, *parse_endpoint("224.0.0.1:80"), {}}};
    const auto refused = check_servable(rows);
    REQUIRE(refused.has_error());
    CHECK(
        refused.error().message ==
        "endpoint 224.0.0.1:80: no node has this address: it is a multicast address"
    );
    CHECK(check_storable(rows).has_value());
    CHECK(check_servable({{{1, 1}, *parse_endpoint("10.0.0.1:80"), {}}}).has_value());
    CHECK(check_servable({{{-1, 1}, *parse_endpoint("10.0.0.1:80"), {}}}).has_error());
}

TEST_CASE("of rows that differ in their weights only, the last that says one counts") {
    const RouteRow row{{1, 1}, Endpoint::from_ipv4(1, 80), {}};
    auto with = [row](std::uint32_t weight) {
        auto other = row;
        other.weight = weight;
        return other;
    };
    CHECK(each_once({row, with(5), with(6), row}) == std::vector{with(6)});
    CHECK(each_once({row, row}) == std::vector{row});
    CHECK(weighted({row, with(5)}) == std::vector{with(5)});
}
