#include "store/route_decode.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

namespace {

Table table_of(std::size_t columns, std::vector<std::uint64_t> values) {
    return {columns, std::move(values)};
}

/// Rows of the original's columns.
RouteRows plain(std::vector<std::uint64_t> values) {
    RouteRows read;
    read.plain = table_of(5, std::move(values));
    return read;
}

const std::string kNobody(32, '0');

/// A row with what the original's columns can't say.
struct Further {
    std::string modid = "1";
    std::string id = "1";
    std::string ip = "0";
    std::string port = "80";
    std::string weight = "100";
    std::string zone = {};
    std::string tags = {};
    std::string owner = kNobody;
    std::string state = "0";
    std::string address = {};
    std::string host = {};

    void add_to(TextTable& table, const std::string& checksum) const {
        table.columns = route_column::count;
        for (const auto& value :
             {modid,
              std::string("1"),
              checksum,
              id,
              ip,
              port,
              weight,
              zone,
              tags,
              owner,
              state,
              address,
              host}) {
            table.values.push_back(value);
        }
    }
};

RouteRows further(const std::vector<Further>& rows) {
    RouteRows read;
    for (const auto& row : rows) row.add_to(read.more, "1000");
    return read;
}

}  // namespace

TEST_CASE("rows are read up to each column's limit, and those beyond it skipped and counted") {
    Flaws flaws;
    const auto rows = decode_route_rows(
        plain({
            0,          0,          1,          1,     0,      // the least of each
            2147483647, 2147483647, 3758096383, 65535, 65535,  // the most
            2147483648, 1,          1,          80,    100,    // modid
            1,          2147483648, 1,          80,    100,    // cmdid
            1,          1,          4294967296, 80,    100,    // address
            1,          1,          1,          0,     100,    // port
            1,          1,          1,          65536, 100,    // port
        }),
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
    const auto rows = plain({31, 1, 0,          80, 100,  // any
                             31, 1, 4294967295, 80, 100,  // broadcast
                             31, 1, 3758096385, 80, 100,  // multicast
                             31, 1, 4026531841, 80, 100,  // reserved
                             31, 1, 167772161,  80, 100});
    const auto routes = routes_of_rows(rows, 1, flaws);
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
    CHECK(decode_route_rows(plain({negative, 1, 1, 80, 100}), flaws).empty());
    CHECK(flaws.skipped == 1);
}

TEST_CASE("a weight out of range is taken as the nearest in it, and counted") {
    Flaws flaws;
    const auto negative = static_cast<std::uint64_t>(-5);
    const auto rows = plain({1, 1, 1, 80, negative, 1, 1, 2, 80, 65'536, 1, 1, 3, 80, 7});
    const auto routes = routes_of_rows(rows, 1, flaws);
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
        plain({2, 1, 20, 80, 100, 1, 9, 20, 80, 100, 2, 1, 10, 80, 100, 2, 1, 20, 80, 50});
    const auto routes = routes_of_rows(rows, 7, flaws);
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
    const auto rows = plain({1, 1, 5, 80, 100, 1, 1, 5, 80, 100, 1, 1, 5, 0, 100});
    const auto routes = routes_of_rows(rows, 1, flaws);
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].route.endpoints.size() == 1);
    CHECK(routes[0].sum.rows == 3);
    CHECK(
        routes[0].sum.checksum ==
        2ULL * row_checksum(rows.plain.row(0)) + row_checksum(rows.plain.row(2))
    );
    CHECK(flaws.skipped == 1);
}

TEST_CASE("a module's route has its policy, and its sum the policy's checksum") {
    Flaws flaws;
    auto rows = plain({1, 1, 5, 80, 100, 2, 1, 5, 80, 100, 3, 1, 5, 0, 100});
    rows.policies = TextTable{
        5, {"1",          "1", "1000", "adaptive",  R"({"ejection_ms": 500})",
            "2",          "1", "2000", "no policy", "{}",
            "3",          "1", "3000", "adaptive",  "{}",  // no endpoint that could be called
            "9",          "9", "4000", "adaptive",  "{}",  // no rows
            "4294967295", "1", "5000", "adaptive",  "{}"}};
    const auto routes = routes_of_rows(rows, 1, flaws);
    REQUIRE(routes.size() == 3);
    CHECK(routes[0].route.policy == RoutePolicy{"adaptive", {{"ejection_ms", 500}}});
    CHECK(routes[0].policy_flaw.empty());
    CHECK(routes[1].route.policy == RoutePolicy());
    CHECK(routes[1].policy_flaw.starts_with("its name isn't"));
    CHECK(routes[2].route.policy == RoutePolicy());
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(routes[i].sum == RowSum{1, 1000 * (i + 1) + row_checksum(rows.plain.row(i))});
    }
}

TEST_CASE("a row's checksum is the CRC-32 of its columns with commas between") {
    const std::vector<std::uint64_t> row{1, 1, 3232235953, 7777, 100};
    CHECK(row_checksum(row) == 0xE20CFB6BU);  // of "1,1,3232235953,7777,100,,," and 32 zeros
}

TEST_CASE("IPv6 endpoints, zones, tags and hosts are read as they are written") {
    Flaws flaws;
    auto read = further(
        {{.port = "81",
          .zone = "eu-1/a",
          .tags = "version=2",
          .address = "20010DB8000000000000000000000001"},
         {.port = "5432", .weight = "7", .host = "db.example"},
         {.port = "5432", .weight = "7", .host = "db.example"}}
    );
    Further{.ip = "167772161", .tags = "b=2,a=1"}.add_to(read.data, "500");
    const auto routes = routes_of_rows(read, 3, flaws);
    REQUIRE(routes.size() == 1);
    const auto& stored = routes[0];
    CHECK(stored.sum == RowSum{4, 3'500});
    const std::vector<RouteEndpoint> expected{
        {*parse_endpoint("10.0.0.1:80"), 100, "", "a=1,b=2"},
        {*parse_endpoint("[2001:db8::1]:81"), 100, "eu-1/a", "version=2"}};
    CHECK(stored.route.endpoints == expected);
    CHECK(stored.hosts == std::vector<HostEndpoint>{{"db.example", 5432, 7, "", ""}});
    CHECK(flaws.skipped == 0);
    CHECK(decode_route_rows(read, flaws).size() == 4);
}

TEST_CASE("a zone or tags that aren't such count as none; a host that is none isn't served") {
    Flaws flaws;
    const auto routes = routes_of_rows(
        further(
            {{.ip = "1", .zone = "a b"},
             {.ip = "2", .tags = "x"},
             {.host = "10.0.0.256"},
             {.address = "20010DB8"}}
        ),
        3,
        flaws
    );
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].route.endpoints.size() == 2);
    for (const auto& each : routes[0].route.endpoints) {
        CHECK(each.zone.empty());
        CHECK(each.tags.empty());
    }
    CHECK(routes[0].sum.rows == 4);
    CHECK(flaws.disregarded == 2);
    CHECK(flaws.skipped == 2);
    CHECK(flaws.first_skipped.ends_with(
        "host 10.0.0.256: host 10.0.0.256: it ends with a number, as an address does"
    ));
}

TEST_CASE("instances that don't serve are in the sum only, and aren't rows that people write") {
    Flaws flaws;
    const std::string owner(32, 'A');
    const auto read = further(
        {{.ip = "1", .owner = owner},
         {.ip = "2", .owner = owner, .state = "1"},
         {.state = "1", .host = "db.example"}}
    );
    const auto routes = routes_of_rows(read, 3, flaws);
    REQUIRE(routes.size() == 1);
    REQUIRE(routes[0].route.endpoints.size() == 1);
    CHECK(routes[0].route.endpoints[0].endpoint == Endpoint::from_ipv4(1, 80));
    CHECK(routes[0].hosts.empty());
    CHECK(routes[0].sum.rows == 3);
    CHECK(decode_route_rows(read, flaws).size() == 1);
}

TEST_CASE("a module's splits are part of its sum, and one that isn't such is left out") {
    Flaws flaws;
    auto read = plain({1, 1, 5, 80, 100});
    read.splits =
        TextTable{5, {"1", "1", "10", "version=2", "50000",   "1", "1", "20", "nothing",   "1",
                      "1", "1", "30", "version=3", "1000001", "2", "1", "40", "version=2", "1"}};
    const auto routes = routes_of_rows(read, 1, flaws);
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].splits == std::vector<SplitRow>{{{1, 1}, "version=2", 50'000}});
    CHECK(routes[0].sum.checksum == 60ULL + row_checksum(read.plain.row(0)));
    CHECK(flaws.disregarded == 2);
}

TEST_CASE("a module that has no row left is a route without endpoints") {
    Flaws flaws;
    const auto modules = table_of(3, {1, 1, 4, 2, 1, 1});
    const auto routes = routes_of_modules(modules, plain({2, 1, 1, 80, 100}), 9, flaws);
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].route.module == ModuleId{1, 1});
    CHECK(routes[0].route.endpoints.empty());
    CHECK(routes[0].route.version == 9);
    CHECK(routes[0].removed == 4);
    CHECK(routes[1].route.endpoints.size() == 1);
}

TEST_CASE("a changed module whose id no client can name is left out") {
    Flaws flaws;
    CHECK(routes_of_modules(table_of(3, {4294967295, 1, 1}), {}, 9, flaws).empty());
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
