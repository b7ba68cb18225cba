#include "dns/route_table.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;

namespace {

Route route(int modid, std::vector<std::uint32_t> addresses) {
    Route out;
    out.module = {modid, 1};
    for (const auto ip : addresses) {
        out.endpoints.push_back({Endpoint::from_ipv4(ip, 80), kDefaultWeight, ""});
    }
    return out;
}

}  // namespace

TEST_CASE("a load tells what is new, different and gone, and nothing else") {
    RouteTable table;
    CHECK(table.load({1, {route(1, {1}), route(2, {2})}}).size() == 2);
    CHECK(table.load({2, {route(1, {1}), route(2, {2})}}).empty());
    const auto changed = table.load({3, {route(1, {1, 9}), route(3, {3})}});
    REQUIRE(changed.size() == 3);
    CHECK(changed[0]->route.endpoints.size() == 2);
    CHECK(changed[1]->route.module.modid == 3);
    CHECK(changed[2]->route.module.modid == 2);
    CHECK(changed[2]->route.endpoints.empty());
    CHECK(table.size() == 2);
    CHECK(table.version() == 3);
}

TEST_CASE("an empty table in place of a full one is held, not believed") {
    RouteTable table;
    table.load({1, {route(1, {1})}});
    CHECK(table.load({9, {}}).empty());
    CHECK(table.held());
    CHECK(table.size() == 1);
    CHECK(table.version() == 1);
    CHECK(table.load({9, {route(1, {2})}}).size() == 1);
    CHECK_FALSE(table.held());
}

TEST_CASE("changes replace, add and empty the modules they name") {
    RouteTable table;
    table.load({1, {route(1, {1}), route(2, {2})}});
    const auto changed =
        table.apply({2, {route(1, {}), route(2, {2}), route(4, {4}), route(5, {})}});
    REQUIRE(changed.size() == 2);
    CHECK(changed[0]->route.module.modid == 1);
    CHECK(changed[0]->route.endpoints.empty());
    CHECK(changed[1]->route.module.modid == 4);
    CHECK(table.size() == 2);
}
