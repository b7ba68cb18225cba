#include "session.hpp"

using namespace lars;
using namespace lars::test;

namespace {

store::RouteRow row(int modid, const char* endpoint) {
    return {{modid, 1}, *parse_endpoint(endpoint), kDefaultWeight};
}

}  // namespace

TEST_CASE("rows are added and removed once, and an address isn't reversed in the table") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const std::vector rows{row(1, "192.168.1.177:7777"), row(1, "10.0.0.1:80")};
    CHECK(session(session.edits.put(rows))->added == 2);
    CHECK(session(session.edits.put(rows))->added == 0);
    CHECK(session.sql("SELECT serverip FROM RouteData WHERE serverport = 7777") == "3232235953\n");
    CHECK(session(session.edits.list({}))->size() == 2);
    CHECK(session(session.edits.list(ModuleId{2, 1}))->empty());
    CHECK(*session(session.edits.remove({rows[0]})) == 1);
    CHECK(*session(session.edits.list(ModuleId{1, 1})) == std::vector{listed(rows[1])});
}

TEST_CASE("a removal of a row that isn't there removes nothing, and names it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const std::vector rows{row(1, "10.0.0.1:80"), row(1, "10.0.0.2:80")};
    REQUIRE(session(session.edits.put({rows[0]})));
    const auto done = session(session.edits.remove(rows));
    REQUIRE_FALSE(done);
    CHECK(
        done.error().message == "not in the table, so nothing is changed: 10.0.0.2:80 of module 1/1"
    );
    CHECK(session(session.edits.list({}))->size() == 1);
    CHECK(*session(session.edits.remove({rows[0], rows[0]})) == 1);
}

TEST_CASE("a row at an address that no node has isn't listed nor fed, but named, and can be removed"
) {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 0, 80),"
        " (1, 1, 4294967295, 80)"
    );
    const std::vector rows{row(1, "0.0.0.0:80"), row(1, "255.255.255.255:80")};
    CHECK_FALSE(session(session.edits.put(rows)));
    store::RouteEdit heavier;
    heavier.weight = 7;
    CHECK_FALSE(session(session.edits.change(rows, heavier)));
    const auto listing = session(session.edits.read({}));
    REQUIRE(listing);
    CHECK(listing->rows.empty());
    CHECK(listing->flaws.skipped == 2);
    CHECK(listing->flaws.first_skipped.starts_with("modid 1, cmdid 1, serverip 0, serverport 80"));
    CHECK(session(session.feed.snapshot())->flaws.skipped == 2);
    CHECK(*session(session.edits.remove(rows)) == 2);
    CHECK(session.sql("SELECT COUNT(*) FROM RouteData") == "0\n");
}

TEST_CASE("of several rows all are added or none") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const auto done = session(session.edits.put({row(1, "10.0.0.1:80"), row(1, "[ff02::1]:80")}));
    REQUIRE_FALSE(done);
    CHECK(done.error().message.find("[ff02::1]:80") != std::string::npos);
    CHECK(session(session.edits.list({}))->empty());
}

TEST_CASE("a row that is out of range is skipped and counted, the others are read") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 1, 80);
    session.insert(1, 1, 0);
    session.insert(1, 1, 65'536);
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (4294967295, 1, 1, 80)"
    );
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->flaws.skipped == 3);
    REQUIRE(table->routes.size() == 1);
    CHECK(table->routes[0].route.endpoints.size() == 1);
}

TEST_CASE("call status is set by its key, whatever the address") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    std::vector<store::StatusRow> rows;
    for (int i = 0; i < 1200; ++i) {
        rows.push_back({
            .module = {i, 1},
            .endpoint = Endpoint::from_ipv4(0xFFFFFFF0U, 65'535),
            .caller = 0xC0A801B1U,
            .successes = 5,
            .failures = 2,
            .timestamp = 1'700'000'000,
            .overload = i % 2 == 0,
        });
    }
    REQUIRE(session(session.status.write(rows)));
    rows[0].successes = 4'000'000'000U;
    REQUIRE(session(session.status.write({rows[0]})));
    CHECK(*session(session.status.read({})) == rows);
    CHECK(session(session.status.read(ModuleId{7, 1}))->size() == 1);
}

TEST_CASE("thousands of rows are added, fed and removed in single operations") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const auto since = session(session.feed.snapshot())->position;
    constexpr int kModules = 1700;
    std::vector<store::RouteRow> rows;
    for (int i = 0; i < kModules; ++i) {
        rows.push_back(row(i, "10.0.0.1:80"));
        rows.push_back(row(i, "192.168.1.177:7777"));
    }
    rows.push_back(rows.front());
    CHECK(session(session.edits.put(rows))->added == 2 * kModules);
    CHECK(session(session.edits.put(rows))->added == 0);

    auto changes = session(session.feed.changes_since(since));
    REQUIRE(changes);
    REQUIRE(changes->routes.size() == kModules);
    CHECK(changes->routes.back().route.endpoints.size() == 2);
    CHECK(session.sql("SELECT COUNT(*) FROM RouteData") == "3400\n");

    const auto added = changes->position;
    CHECK(*session(session.edits.remove(rows)) == 2 * kModules);
    changes = session(session.feed.changes_since(added));
    REQUIRE(changes);
    REQUIRE(changes->routes.size() == kModules);
    CHECK(changes->routes.front().route.endpoints.empty());
}
