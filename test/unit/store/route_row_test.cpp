#include "store/route_row.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

TEST_CASE("what the tables can't hold is refused by name") {
    CHECK(check_storable({{{1, 1}, *parse_endpoint("10.0.0.1:80")}}).has_value());
    CHECK(check_storable({{{1, 1}, *parse_endpoint("[2001:db8::1]:80")}}).has_value());
    RouteRow host{{1, 1}, {.address = {}, .port = 80}, {}};
    host.host = "db.example";
    CHECK(check_storable({host}).has_value());
    CHECK_FALSE(host.in_route_data());
    CHECK(target_of(host) == "db.example:80");
    host.host = "DB.example";
    CHECK(check_storable({host}).error().message.starts_with("host DB.example: "));
    RouteRow zoned{{1, 1}, *parse_endpoint("10.0.0.1:80"), {}};
    zoned.zone = "eu 1";
    CHECK(check_storable({zoned}).error().message.starts_with("zone eu 1: "));
    zoned.zone = "eu-1/a";
    zoned.tags = "b=1,a=1";
    CHECK(check_storable({zoned}).error().message.starts_with("tags b=1,a=1: "));
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

TEST_CASE("of rows for one endpoint, what was said last counts") {
    const RouteRow row{{1, 1}, Endpoint::from_ipv4(1, 80), {}};
    auto with = [row](std::uint32_t weight) {
        auto other = row;
        other.weight = weight;
        return other;
    };
    CHECK(each_once({row, with(5), with(6), row}) == std::vector{with(6)});
    CHECK(each_once({row, row}) == std::vector{row});
    auto zoned = row;
    zoned.zone = "eu-1/a";
    auto both = with(5);
    both.zone = "eu-1/a";
    CHECK(each_once({with(5), zoned}) == std::vector{both});
    auto host = row;
    host.host = "db.example";
    CHECK(each_once({host, row}).size() == 2);
}
