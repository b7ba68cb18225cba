#include "store/route_decode.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

namespace {

Table table_of(std::size_t columns, std::vector<std::uint64_t> values) {
    return {columns, std::move(values)};
}

}  // namespace

TEST_CASE("rows are read up to each column's limit, and those beyond it skipped and counted") {
    Flaws flaws;
    const auto rows = decode_route_rows(
        table_of(
            5,
            {
                0,          0,          1,          1,     0,      // the least of each
                2147483647, 2147483647, 3758096383, 65535, 65535,  // the most
                2147483648, 1,          1,          80,    100,    // modid
                1,          2147483648, 1,          80,    100,    // cmdid
                1,          1,          4294967296, 80,    100,    // address
                1,          1,          1,          0,     100,    // port
                1,          1,          1,          65536, 100,    // port
            }
        ),
        flaws
    );
    CHECK(flaws.skipped == 5);
    CHECK(flaws.clamped == 0);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].weight == 0U);
    CHECK(rows[1].weight == 65'535U);
    CHECK(to_string(rows[0].endpoint) == "0.0.0.1:1");
    CHECK(to_string(rows[1].module) == "2147483647/2147483647");
    CHECK(to_string(rows[1].endpoint) == "223.255.255.255:65535");
}

TEST_CASE("a row at an address that no node has is skipped, counted and named") {
    Flaws flaws;
    const auto rows = table_of(5, {31, 1, 0,          80, 100,  // any
                                   31, 1, 4294967295, 80, 100,  // broadcast
                                   31, 1, 3758096385, 80, 100,  // multicast
                                   31, 1, 4026531841, 80, 100,  // reserved
                                   31, 1, 167772161,  80, 100});
    const auto routes = routes_of_rows(rows, {}, 1, flaws);
    REQUIRE(routes.size() == 1);
    REQUIRE(routes[0].route.endpoints.size() == 1);
    CHECK(to_string(routes[0].route.endpoints[0].endpoint) == "10.0.0.1:80");
    CHECK(routes[0].sum.rows == 5);
    CHECK(flaws.skipped == 4);
    CHECK(
        flaws.first_skipped ==
        "modid 31, cmdid 1, serverip 0, serverport 80: 0.0.0.0: no node has this address: it "
        "stands for any address"
    );
}

TEST_CASE("a negative number in a table, which is read as a huge one, is skipped") {
    Flaws flaws;
    const auto negative = static_cast<std::uint64_t>(-1);
    CHECK(decode_route_rows(table_of(5, {negative, 1, 1, 80, 100}), flaws).empty());
    CHECK(flaws.skipped == 1);
}

TEST_CASE("a weight out of range is taken as the nearest in it, and counted") {
    Flaws flaws;
    const auto negative = static_cast<std::uint64_t>(-5);
    const auto rows = table_of(5, {1, 1, 1, 80, negative, 1, 1, 2, 80, 65'536, 1, 1, 3, 80, 7});
    const auto routes = routes_of_rows(rows, {}, 1, flaws);
    REQUIRE(routes.size() == 1);
    std::vector<std::uint32_t> weights;
    for (const auto& each : routes[0].route.endpoints) weights.push_back(each.weight);
    CHECK(weights == std::vector<std::uint32_t>{0, 65'535, 7});
    CHECK(flaws.clamped == 2);
    CHECK(flaws.skipped == 0);
}

TEST_CASE("rows become one canonical route for each module, sorted by module") {
    Flaws flaws;
    const auto rows =
        table_of(5, {2, 1, 20, 80, 100, 1, 9, 20, 80, 100, 2, 1, 10, 80, 100, 2, 1, 20, 80, 50});
    const auto routes = routes_of_rows(rows, {}, 7, flaws);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].route.module == ModuleId{1, 9});
    CHECK(routes[1].route.module == ModuleId{2, 1});
    CHECK(routes[1].route.version == 7);
    REQUIRE(routes[1].route.endpoints.size() == 2);
    CHECK(routes[1].route.endpoints[0].endpoint == Endpoint::from_ipv4(10, 80));
    CHECK(routes[1].route.endpoints[1].endpoint == Endpoint::from_ipv4(20, 80));
    CHECK(routes[1].route.endpoints[1].weight == 50);
}

TEST_CASE("repeated and unusable rows count in a module's sum, as they do in the database") {
    Flaws flaws;
    const auto rows = table_of(5, {1, 1, 5, 80, 100, 1, 1, 5, 80, 100, 1, 1, 5, 0, 100});
    const auto routes = routes_of_rows(rows, {}, 1, flaws);
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].route.endpoints.size() == 1);
    CHECK(routes[0].sum.rows == 3);
    CHECK(routes[0].sum.checksum == 2ULL * row_checksum(rows.row(0)) + row_checksum(rows.row(2)));
    CHECK(flaws.skipped == 1);
}

TEST_CASE("a module's route has its policy, and its sum the policy's checksum") {
    Flaws flaws;
    const auto rows = table_of(5, {1, 1, 5, 80, 100, 2, 1, 5, 80, 100, 3, 1, 5, 0, 100});
    const TextTable policies{
        5, {"1",          "1", "1000", "adaptive",  R"({"ejection_ms": 500})",
            "2",          "1", "2000", "no policy", "{}",
            "3",          "1", "3000", "adaptive",  "{}",  // no endpoint that could be called
            "9",          "9", "4000", "adaptive",  "{}",  // no rows
            "4294967295", "1", "5000", "adaptive",  "{}"}};
    const auto routes = routes_of_rows(rows, policies, 1, flaws);
    REQUIRE(routes.size() == 3);
    CHECK(routes[0].route.policy == RoutePolicy{"adaptive", {{"ejection_ms", 500}}});
    CHECK(routes[0].policy_flaw.empty());
    CHECK(routes[1].route.policy == RoutePolicy());
    CHECK(routes[1].policy_flaw.starts_with("its name isn't"));
    CHECK(routes[2].route.policy == RoutePolicy());
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(routes[i].sum == RowSum{1, 1000 * (i + 1) + row_checksum(rows.row(i))});
    }
}

TEST_CASE("a row's checksum is the CRC-32 of its numbers with commas between") {
    const std::vector<std::uint64_t> row{1, 1, 3232235953, 7777, 100};
    CHECK(row_checksum(row) == 0xB168E943U);
}

TEST_CASE("a module that has no row left is a route without endpoints") {
    Flaws flaws;
    const auto modules = table_of(3, {1, 1, 4, 2, 1, 1});
    const auto routes = routes_of_modules(modules, table_of(5, {2, 1, 1, 80, 100}), {}, 9, flaws);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].route.module == ModuleId{1, 1});
    CHECK(routes[0].route.endpoints.empty());
    CHECK(routes[0].route.version == 9);
    CHECK(routes[0].removed == 4);
    CHECK(routes[1].route.endpoints.size() == 1);
}

TEST_CASE("a changed module whose id no client can name is left out") {
    Flaws flaws;
    CHECK(routes_of_modules(table_of(3, {4294967295, 1, 1}), {}, {}, 9, flaws).empty());
}

TEST_CASE("the log tells a reader what it missed, or that it must load everything") {
    // version, its mark, oldest entry, now, mark at the reader's version, first unread entry
    const auto state = [](std::vector<std::uint64_t> row) { return table_of(6, std::move(row)); };
    const Position since{10, 111};
    CHECK_FALSE(decode_log_state(state({10, 111, 3, 999, 111, 0}), since).reload);
    const auto newer = decode_log_state(state({12, 222, 3, 999, 111, 900}), since);
    CHECK_FALSE(newer.reload);
    CHECK(newer.position == Position{12, 222});
    CHECK(newer.age == std::chrono::microseconds(99));
    CHECK_FALSE(decode_log_state(state({12, 222, 11, 999, 0, 900}), since).reload);
    CHECK(decode_log_state(state({12, 222, 12, 999, 0, 900}), since).reload);   // pruned
    CHECK(decode_log_state(state({12, 0, 0, 999, 0, 0}), since).reload);        // emptied
    CHECK(decode_log_state(state({9, 99, 3, 999, 0, 0}), since).reload);        // an older backup
    CHECK(decode_log_state(state({12, 222, 3, 999, 110, 900}), since).reload);  // and edits on it
    CHECK(decode_log_state(table_of(6, {}), since).reload);
}
