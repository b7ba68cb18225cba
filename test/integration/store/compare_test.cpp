#include "session.hpp"

using namespace lars;
using namespace lars::test;

namespace {

constexpr auto kMax = std::numeric_limits<std::int32_t>::max();

store::RowSum sum_of(const std::vector<store::StoredRoute>& routes) {
    store::RowSum sum;
    for (const auto& each : routes) sum += each.sum;
    return sum;
}

void drop_triggers(Session& session) {
    for (const auto* event : {"insert", "update", "delete"}) {
        session.sql(std::string("DROP TRIGGER lars_route_") + event);
    }
}

}  // namespace

TEST_CASE("the database computes the same sums as a reader of its rows, range by range") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 3232235953U, 7777);
    session.insert(1, 3232235953U, 7777);  // twice the same
    session.insert(1, 5, 0);               // unusable
    session.insert(2, 6, 80);
    session.insert(2147483647, 7, 80);
    session.sql("UPDATE RouteData SET weight = 65535 WHERE modid = 2");
    session.sql("INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 2, 8, 80)");
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    const auto& routes = table->routes;
    REQUIRE(routes.size() == 4);

    const auto sums = session(session.feed.sum_ranges(
        table->position,
        {{{0, 0}, {kMax, kMax}}, {{1, 0}, {1, 1}}, {{1, 2}, {1, kMax}}, {{3, 0}, {4, kMax}}}
    ));
    REQUIRE(sums);
    CHECK(sums->changes.routes.empty());
    CHECK(sums->sums[0] == sum_of(routes));
    CHECK(sums->sums[1] == routes[0].sum);
    CHECK(sums->sums[2] == routes[1].sum);
    CHECK(sums->sums[3] == store::RowSum());

    const auto range = session(session.feed.read_range(table->position, {{1, 0}, {2, kMax}}));
    REQUIRE(range);
    REQUIRE(range->routes.size() == 3);
    CHECK(sum_of(range->routes).rows == 5);
}

TEST_CASE("what no trigger saw shows in the sums and not in the changes") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 1, 80);
    const auto before = session(session.feed.snapshot());
    drop_triggers(session);
    const auto* column = GENERATE("serverport", "weight");
    CAPTURE(column);
    session.sql(std::string("UPDATE RouteData SET ") + column + " = 81");
    const auto sums = session(session.feed.sum_ranges(before->position, {{{0, 0}, {kMax, kMax}}}));
    REQUIRE(sums);
    CHECK(sums->changes.routes.empty());
    CHECK(sums->sums[0] != before->routes[0].sum);
}

TEST_CASE("changes tell how many rows left each module, as the log has it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    for (std::uint32_t ip = 1; ip <= 4; ++ip) session.insert(1, ip, 80);
    const auto since = session(session.feed.snapshot())->position;
    session.sql("DELETE FROM RouteData WHERE serverip < 4");
    const auto changes = session(session.feed.changes_since(since));
    REQUIRE(changes);
    REQUIRE(changes->routes.size() == 1);
    CHECK(changes->routes[0].removed == 3);
    CHECK(changes->routes[0].sum.rows == 1);
    CHECK(changes->audited == 0);
    CHECK(changes->age.count() >= 0);
    SECTION("an edit in place removes none, and a row that moves leaves its old module") {
        session.insert(1, 5, 80);
        session.sql(
            "UPDATE RouteData SET serverport = 81, weight = 7;"
            "UPDATE RouteData SET modid = 2 WHERE serverip = 4"
        );
        const auto later = session(session.feed.changes_since(changes->position));
        REQUIRE(later);
        REQUIRE(later->routes.size() == 2);
        CHECK(later->routes[0].removed == 1);
        CHECK(later->routes[1].removed == 0);
    }
}

TEST_CASE("a removal through the store is audited, and a confirmation reaches every reader") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 1, 80);
    session.insert(1, 2, 80);
    auto since = session(session.feed.snapshot())->position;
    REQUIRE(session(session.edits.remove({{{1, 1}, Endpoint::from_ipv4(1, 80)}})));
    auto changes = session(session.feed.changes_since(since));
    CHECK(changes->audited == 1);
    CHECK_FALSE(changes->confirmed);
    since = changes->position;
    const auto confirmed = session(session.edits.confirm());
    REQUIRE(confirmed);
    CHECK(confirmed->rows == 1);
    changes = session(session.feed.changes_since(since));
    CHECK(changes->confirmed);
    CHECK(changes->position.version == confirmed->version);
    CHECK(changes->routes.empty());
}

TEST_CASE("the log loses what is old, in small steps, and its newest entry never") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    for (int i = 0; i < 5; ++i) session.insert(1, 1, 80);
    const auto behind = session(session.feed.snapshot())->position;
    for (int i = 0; i < 5; ++i) session.insert(2, 1, 80);
    CHECK(*session(session.feed.prune(std::chrono::hours(1))) == 0);
    session.sql("UPDATE RouteLog SET logged_us = logged_us - 7200000000 WHERE modid = 1");
    CHECK(*session(session.feed.prune(std::chrono::hours(1))) == 5);
    CHECK(session.sql("SELECT COUNT(*) FROM RouteLog") == "5\n");
    session.sql("UPDATE RouteLog SET logged_us = logged_us - 7200000000");
    const auto near = session(session.feed.snapshot())->position;
    CHECK(*session(session.feed.prune(std::chrono::hours(1))) == 4);

    session.insert(3, 1, 80);
    CHECK(session(session.feed.changes_since({behind.version - 1, 0}))->reload);
    CHECK_FALSE(session(session.feed.changes_since(near))->reload);
}

TEST_CASE("the triggers count the rows, so that one which went without them is missed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    for (std::uint32_t ip = 1; ip <= 4; ++ip) session.insert(1, ip, 80);
    session.sql("DELETE FROM RouteData WHERE serverip = 1");
    session.sql("UPDATE RouteData SET serverport = 81");
    auto table = session(session.feed.snapshot());
    CHECK(table->rows == 3);
    CHECK(table->counted == 3);
    drop_triggers(session);
    session.sql("DELETE FROM RouteData WHERE serverip = 2");
    table = session(session.feed.snapshot());
    CHECK(table->rows == 2);
    CHECK(table->counted == 3);
    REQUIRE(session(session.edits.confirm()));
    CHECK(session(session.feed.snapshot())->counted == 2);
}

TEST_CASE("another history with the same version is told apart") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 1, 80);
    session.insert(1, 2, 80);
    const auto since = session(session.feed.snapshot())->position;
    // The backup of before the last edit is restored, and then somebody edits twice.
    session.sql(
        "DELETE FROM RouteLog WHERE version = " + std::to_string(since.version) +
        "; DELETE FROM RouteData WHERE serverip = 2;" + "DELETE FROM RouteLog WHERE version > " +
        std::to_string(since.version - 1) + "; DROP TRIGGER lars_version_rises;" +
        "UPDATE RouteVersion SET version = " + std::to_string(since.version - 1)
    );
    session.insert(1, 3, 80);
    session.insert(1, 4, 80);
    CHECK(session(session.feed.changes_since(since))->reload);
}
