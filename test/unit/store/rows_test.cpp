#include "store/rows.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

namespace {

Table table_of(std::size_t columns, std::vector<std::uint64_t> values) {
    return {columns, std::move(values)};
}

}  // namespace

TEST_CASE("rows are read up to each column's limit, and those beyond it skipped and counted") {
    std::size_t skipped = 0;
    const auto rows = decode_route_rows(
        table_of(
            4,
            {
                0,          0,          0,          1,      // the least of each
                2147483647, 2147483647, 4294967295, 65535,  // the most
                2147483648, 1,          1,          80,     // modid
                1,          2147483648, 1,          80,     // cmdid
                1,          1,          4294967296, 80,     // address
                1,          1,          1,          0,      // port
                1,          1,          1,          65536,  // port
            }
        ),
        skipped
    );
    CHECK(skipped == 5);
    REQUIRE(rows.size() == 2);
    CHECK(to_string(rows[0].endpoint) == "0.0.0.0:1");
    CHECK(to_string(rows[1].module) == "2147483647/2147483647");
    CHECK(to_string(rows[1].endpoint) == "255.255.255.255:65535");
}

TEST_CASE("a negative number in a table, which is read as a huge one, is skipped") {
    std::size_t skipped = 0;
    const auto negative = static_cast<std::uint64_t>(-1);
    CHECK(decode_route_rows(table_of(4, {negative, 1, 1, 80}), skipped).empty());
    CHECK(skipped == 1);
}

TEST_CASE("rows become one canonical route for each module, sorted by module") {
    const auto near = *parse_endpoint("10.0.0.1:80");
    const auto far = *parse_endpoint("10.0.0.2:80");
    const auto routes =
        group_routes({{{2, 1}, far}, {{1, 9}, far}, {{2, 1}, near}, {{2, 1}, far}}, 7);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].module == ModuleId{1, 9});
    CHECK(routes[1].module == ModuleId{2, 1});
    CHECK(routes[1].version == 7);
    REQUIRE(routes[1].endpoints.size() == 2);
    CHECK(routes[1].endpoints[0].endpoint == near);
    CHECK(routes[1].endpoints[1].endpoint == far);
}

TEST_CASE("a module that has no row left is a route without endpoints") {
    const auto endpoint = *parse_endpoint("10.0.0.1:80");
    const auto modules = table_of(2, {1, 1, 2, 1});
    const auto routes = routes_of_modules(modules, {{{2, 1}, endpoint}}, 9);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].module == ModuleId{1, 1});
    CHECK(routes[0].endpoints.empty());
    CHECK(routes[0].version == 9);
    CHECK(routes[1].endpoints.size() == 1);
}

TEST_CASE("a changed module whose id no client can name is left out") {
    CHECK(routes_of_modules(table_of(2, {4294967295, 1}), {}, 9).empty());
}

TEST_CASE("a status row is the same after being written and read") {
    const StatusRow row{
        .module = {1, 2},
        .endpoint = *parse_endpoint("200.1.2.3:65535"),
        .caller = 0xC0A801B1U,
        .successes = 4294967295U,
        .failures = 3,
        .timestamp = 1'700'000'000,
        .overload = true,
    };
    const auto rows = decode_status_rows(table_of(9, encode_status_row(row)));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0] == row);
}

TEST_CASE("what RouteData can't hold is refused by name") {
    CHECK(check_storable({{{1, 1}, *parse_endpoint("10.0.0.1:80")}}).has_value());
    const auto v6 = check_storable({{{1, 1}, *parse_endpoint("[2001:db8::1]:80")}});
    REQUIRE(v6.has_error());
    CHECK(v6.error().message.find("[2001:db8::1]:80") != std::string::npos);
    CHECK(check_storable({{{-1, 1}, *parse_endpoint("10.0.0.1:80")}}).has_error());
    CHECK(check_storable({{{1, 1}, Endpoint::from_ipv4(1, 0)}}).has_error());
}
