#include "dns/route_table.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;

namespace {

constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
constexpr store::ModuleRange kAll{{0, 0}, {kMax, kMax}};

/// A module whose rows have the addresses 1 to `rows`; the log says that `removed` went.
store::StoredRoute stored(int modid, std::uint32_t rows, std::uint64_t removed = 0, int cmdid = 1) {
    store::StoredRoute out;
    out.route.module = {modid, cmdid};
    for (std::uint32_t ip = 1; ip <= rows; ++ip) {
        out.route.endpoints.push_back({Endpoint::from_ipv4(ip, 80), kDefaultWeight, ""});
    }
    out.sum = {rows, rows * 1000ULL + std::uint64_t(modid)};
    out.removed = removed;
    return out;
}

store::RouteChanges changes(std::uint64_t version, std::vector<store::StoredRoute> routes) {
    store::RouteChanges out;
    out.position = {version, 0};
    out.routes = std::move(routes);
    return out;
}

RouteTable loaded(std::vector<store::StoredRoute> routes) {
    RouteTable table;
    table.load({{10, 0}, std::move(routes)});
    return table;
}

}  // namespace

TEST_CASE("a first load is believed, and tells every route") {
    RouteTable table;
    CHECK(table.load({{1, 0}, {stored(1, 1), stored(2, 2)}}).size() == 2);
    CHECK(table.size() == 2);
    CHECK(table.rows() == 3);
    CHECK_FALSE(table.doubtful());
}

TEST_CASE("a table with fewer rows than were counted is in doubt until that is confirmed") {
    RouteTable whole;
    whole.load({.position = {1, 0}, .routes = {stored(1, 2)}, .rows = 2, .counted = 2});
    CHECK_FALSE(whole.doubtful());
    RouteTable emptied;
    emptied.load({.position = {50, 0}, .rows = 0, .counted = 2});
    CHECK(emptied.doubtful());
    emptied.apply(changes(51, {stored(1, 1, 1)}));
    CHECK(emptied.doubtful());
    auto confirmed = changes(52, {});
    confirmed.confirmed = true;
    emptied.apply(std::move(confirmed));
    CHECK_FALSE(emptied.doubtful());
}

TEST_CASE("a store that begins empty is known as such until somebody says that it is right") {
    RouteTable table;
    table.load({.position = {1, 0}, .routes = {}});
    CHECK(table.view().began_empty);
    table.apply(changes(2, {stored(1, 1)}));
    CHECK(table.view().began_empty);
    auto confirmed = changes(3, {});
    confirmed.confirmed = true;
    table.apply(std::move(confirmed));
    CHECK_FALSE(table.view().began_empty);
    CHECK(table.view().confirmed_at == 3);
    RouteTable meant;
    meant.load({.position = {9, 0}, .routes = {}, .confirmed_at = 9});
    CHECK_FALSE(meant.view().began_empty);
}

TEST_CASE("what differs in another store, or in an older version of it, is held") {
    const auto from = [](std::uint64_t store, std::uint64_t version) {
        store::RouteSnapshot table;
        table.position = {version, 0};
        table.identity.id = store;
        return table;
    };
    RouteTable table;
    auto first = from(5, 100);
    first.routes = {stored(1, 2), stored(2, 2), stored(3, 2)};
    table.load(std::move(first));
    const auto reason = GENERATE(HoldReason::other_store, HoldReason::later_version);
    CAPTURE(to_string(reason));
    const std::uint64_t id = reason == HoldReason::other_store ? 6 : 5;
    auto other = from(id, 90);
    other.routes = {stored(1, 2), stored(2, 3), stored(4, 1)};
    const auto changed = table.load(std::move(other));
    // The same route is this store's now, and a module that nobody had is new.
    REQUIRE(changed.size() == 2);
    for (const auto& route : changed) {
        CHECK(route->route.store_id == id);
        CHECK(route->route.version == 90);
    }
    REQUIRE(table.held_count() == 2);
    CHECK(table.held()[0].module.modid == 2);
    CHECK(table.held()[0].reason == reason);
    CHECK(table.held()[1].stored_rows == 0);

    SECTION("whatever is edited") {
        table.apply(changes(91, {stored(2, 4)}));
        CHECK(table.held_count() == 2);
    }
    SECTION("until it is the same again") {
        table.apply(changes(91, {stored(2, 2, 1), stored(3, 2)}));
        CHECK(table.held_count() == 0);
    }
    SECTION("or confirmed") {
        auto confirmed = changes(1'000, {});
        confirmed.confirmed = true;
        confirmed.identity.id = id;
        const auto believed = table.apply(std::move(confirmed));
        CHECK(table.held_count() == 0);
        CHECK(table.size() == 3);
        // All of them outlived the confirmation, and those who have them are to know.
        for (const auto& route : believed) CHECK(route->route.store_id == id);
        CHECK(table.view().confirmed_at == 1'000);
    }
}

TEST_CASE("a restored backup is believed when it comes confirmed") {
    const auto id = GENERATE(std::uint64_t{5}, std::uint64_t{6});
    CAPTURE(id);
    RouteTable table;
    table.load({.position = {100, 0}, .routes = {stored(1, 2), stored(2, 2)}, .identity = {5, {}}});
    store::RouteSnapshot restored;
    restored.position = {5'000, 0};
    restored.confirmed_at = 5'000;
    restored.identity.id = id;
    if (id == 6) restored.identity.adopted = {5};
    restored.routes = {stored(2, 2)};
    const auto changed = table.load(std::move(restored));
    CHECK(table.held_count() == 0);
    CHECK(table.size() == 1);
    REQUIRE(changed.size() == 2);
    CHECK(table.view().version == 5'000);
}

TEST_CASE("a removal that the log has is told with the module that is gone") {
    RouteTable table;
    auto gone = stored(3, 0);
    gone.removed_at = 7;
    const auto changed = table.load({{10, 0}, {stored(1, 1), gone}});
    REQUIRE(changed.size() == 2);
    CHECK(changed[1]->route.endpoints.empty());
    CHECK(changed[1]->removed_at == 7);
    CHECK(table.size() == 1);
    auto fewer = stored(1, 2, 1);
    fewer.removed_at = 11;
    CHECK(table.apply(changes(11, {fewer})).at(0)->removed_at == 11);
    CHECK(table.apply(changes(12, {stored(1, 3)})).at(0)->removed_at == 11);
}

TEST_CASE("a row that went and came is told, though the route is the same") {
    auto table = loaded({stored(1, 2)});
    auto again = stored(1, 2, 1);
    again.removed_at = 11;
    const auto changed = table.apply(changes(12, {again}));
    REQUIRE(changed.size() == 1);
    CHECK(changed[0]->removed_at == 11);
    CHECK(table.apply(changes(13, {stored(1, 2)})).empty());
}

TEST_CASE("rows that say the same, or don't serve, are counted") {
    auto table = loaded({stored(1, 3)});
    auto merged = stored(1, 2);
    merged.sum.rows = 3;
    const auto changed = table.apply(changes(11, {merged}));
    REQUIRE(changed.size() == 1);
    CHECK(changed[0]->rows == 3);
    merged.sum.rows = 4;
    CHECK(table.apply(changes(12, {merged})).at(0)->rows == 4);
    auto none_serves = stored(1, 0);
    none_serves.sum.rows = 4;
    CHECK(table.apply(changes(13, {none_serves})).at(0)->rows == 4);
}

TEST_CASE("changes replace, add and empty the modules they name, and nothing else is told") {
    auto table = loaded({stored(1, 1), stored(2, 2)});
    const auto changed =
        table.apply(changes(11, {stored(1, 0, 1), stored(2, 2, 2), stored(4, 4, 4)}));
    REQUIRE(changed.size() == 2);
    CHECK(changed[0]->route.module.modid == 4);
    CHECK(changed[1]->route.module.modid == 1);
    CHECK(changed[1]->route.endpoints.empty());
    CHECK(table.size() == 2);
    CHECK(table.position().version == 11);
}

TEST_CASE("a shrink is believed as far as the log has an entry for each row that went") {
    auto table = loaded({stored(1, 5), stored(2, 5), stored(3, 90)});
    CHECK(table.apply(changes(11, {stored(1, 2, 3)})).size() == 1);
    CHECK(table.held_count() == 0);
    CHECK(table.apply(changes(12, {stored(2, 1, 3)})).empty());
    REQUIRE(table.held().size() == 1);
    const auto held = table.held()[0];
    CHECK(held.module == ModuleId{2, 1});
    CHECK(held.served_rows == 5);
    CHECK(held.stored_rows == 1);
    CHECK(held.reason == HoldReason::unexplained);
}

TEST_CASE("more than a fifth of all rows don't go at once without an audit entry") {
    auto table = loaded({stored(1, 50), stored(2, 50)});
    SECTION("a fifth goes") {
        CHECK(table.apply(changes(11, {stored(1, 30, 20)})).size() == 1);
        CHECK(table.held_count() == 0);
    }
    SECTION("more is held, with what grew in the same change believed") {
        const auto changed = table.apply(changes(11, {stored(1, 29, 21), stored(2, 60, 10)}));
        REQUIRE(changed.size() == 1);
        CHECK(changed[0]->route.module.modid == 2);
        REQUIRE(table.held_count() == 1);
        CHECK(table.held()[0].reason == HoldReason::large);
    }
    SECTION("it adds up over modules") {
        CHECK(table.apply(changes(11, {stored(1, 39, 11), stored(2, 39, 11)})).empty());
        CHECK(table.held_count() == 2);
    }
    SECTION("an audit entry speaks for so many") {
        auto audited = changes(11, {stored(1, 0, 50)});
        audited.audited = 50;
        CHECK(table.apply(audited).size() == 1);
        CHECK(table.size() == 1);
    }
}

TEST_CASE("small tables can be edited by hand") {
    auto table = loaded({stored(1, 2), stored(2, 8)});
    CHECK(table.apply(changes(11, {stored(1, 0, 2), stored(2, 0, 8)})).size() == 2);
    CHECK(table.size() == 0);
}

TEST_CASE("a table that is suddenly empty or smaller is held when the log is silent") {
    auto table = loaded({stored(1, 1), stored(2, 2), stored(3, 3)});
    CHECK(table.load({{10, 0}, {stored(2, 1)}}).empty());
    CHECK(table.held_count() == 3);
    CHECK(table.size() == 3);
    SECTION("rows that come back release it") {
        table.apply(changes(11, {stored(3, 3, 3)}));
        CHECK(table.held_count() == 2);
    }
    SECTION("a logged change of a held module keeps it held while rows are missing") {
        CHECK(table.apply(changes(11, {stored(3, 1, 1)})).empty());
        CHECK(table.held_count() == 3);
    }
    SECTION("a confirmation releases all") {
        auto confirmed = changes(11, {});
        confirmed.confirmed = true;
        CHECK(table.apply(confirmed).size() == 3);
        CHECK(table.held_count() == 0);
        CHECK(table.size() == 1);
    }
}

TEST_CASE("a comparison repairs what grew or differs, and holds what shrank") {
    auto table = loaded({stored(1, 1), stored(2, 2), stored(3, 3)});
    const auto told = {stored(1, 2), stored(2, 1), stored(4, 1)};
    const auto changed = table.repair(kAll, told, RouteTable::Trust::guarded);
    REQUIRE(changed.size() == 2);
    CHECK(changed[0]->route.module.modid == 1);
    CHECK(changed[1]->route.module.modid == 4);
    CHECK(table.held_count() == 2);
    // What the store told is what is compared next time.
    store::RowSum sum;
    for (const auto& each : told) sum += each.sum;
    CHECK(table.sum(kAll) == sum);
    CHECK(table.repair(kAll, told, RouteTable::Trust::confirmed).size() == 2);
    CHECK(table.held_count() == 0);
}

TEST_CASE("a repetition of a row may go without a word") {
    auto twice = stored(1, 1);
    twice.sum.rows = 2;
    auto table = loaded({twice});
    const auto changed = table.repair(kAll, {stored(1, 1)}, RouteTable::Trust::guarded);
    CHECK(changed.at(0)->rows == 1);
    CHECK(table.held_count() == 0);
}

TEST_CASE("a repetition with another weight may go too, and another weight is published") {
    auto twice = stored(1, 1);
    twice.sum.rows = 2;
    twice.route.endpoints[0].weight = 50;
    auto table = loaded({twice});
    const auto changed = table.repair(kAll, {stored(1, 1)}, RouteTable::Trust::guarded);
    REQUIRE(changed.size() == 1);
    CHECK(changed[0]->route.endpoints[0].weight == kDefaultWeight);
    CHECK(table.held_count() == 0);
}

TEST_CASE("a module whose rows are all out of range is gone, and comes back with a good one") {
    auto table = loaded({stored(1, 2)});
    auto unusable = stored(1, 0, 2);
    unusable.sum = {2, 77};
    CHECK(table.apply(changes(11, {unusable})).size() == 1);
    CHECK(table.size() == 0);
    CHECK(table.sum(kAll).rows == 2);
    CHECK(table.apply(changes(12, {stored(1, 2, 2)})).size() == 1);
    CHECK(table.size() == 1);
}

TEST_CASE("ranges hold every module once, in parts of about the size asked for") {
    std::vector<store::StoredRoute> routes;
    for (int i = 0; i < 50; ++i) routes.push_back(stored(i, 3));
    for (int i = 0; i < 100; ++i) routes.push_back(stored(1000, 3, 0, i));
    for (int i = 2000; i < 2020; ++i) routes.push_back(stored(i, 3));
    routes.push_back(stored(kMax, 40, 0, kMax));
    auto table = loaded(routes);
    const auto ranges = table.ranges(20);
    CHECK(ranges.size() > 15);
    ModuleId next{0, 0};
    store::RowSum sum;
    for (const auto& range : ranges) {
        CAPTURE(to_string(range.first), to_string(range.last));
        CHECK(range.first == next);
        const bool one = range.first.modid == range.last.modid;
        CHECK((one || (range.first.cmdid == 0 && range.last.cmdid == kMax)));
        const bool end_of_modid = range.last.cmdid == kMax;
        if (range.last.modid < kMax || !end_of_modid) {
            next = end_of_modid ? ModuleId{range.last.modid + 1, 0}
                                : ModuleId{range.last.modid, range.last.cmdid + 1};
        }
        CHECK(table.sum(range).rows <= 60);
        sum += table.sum(range);
    }
    CHECK(ranges.back().last == ModuleId{kMax, kMax});
    CHECK(sum == table.sum(kAll));
    CHECK(RouteTable().ranges(20).size() == 1);
}
