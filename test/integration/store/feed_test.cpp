#include "session.hpp"

using namespace lars;
using namespace lars::test;

namespace {

std::vector<std::int32_t> modids(const store::RouteChanges& changes) {
    std::vector<std::int32_t> ids;
    for (const auto& each : changes.routes) ids.push_back(each.route.module.modid);
    return ids;
}

}  // namespace

TEST_CASE("a bare edit in the database's own shell is seen, with its modules and no others") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 3232235953U, 7777);
    session.insert(2, 1, 80);
    auto since = session(session.feed.snapshot())->position;

    SECTION("an insert") {
        session.insert(3, 2, 80);
        const auto changes = session(session.feed.changes_since(since));
        REQUIRE(changes);
        CHECK_FALSE(changes->reload);
        CHECK(modids(*changes) == std::vector{3});
    }
    SECTION("an update that moves a row to another module changes both") {
        session.sql("UPDATE RouteData SET modid = 9 WHERE modid = 1");
        const auto changes = session(session.feed.changes_since(since));
        REQUIRE(changes);
        CHECK(modids(*changes) == std::vector{1, 9});
        CHECK(changes->routes[0].route.endpoints.empty());
        CHECK(to_string(changes->routes[1].route.endpoints[0].endpoint) == "192.168.1.177:7777");
    }
    SECTION("a delete leaves the module without endpoints") {
        session.sql("DELETE FROM RouteData WHERE modid = 2");
        const auto changes = session(session.feed.changes_since(since));
        REQUIRE(changes);
        CHECK(modids(*changes) == std::vector{2});
        CHECK(changes->routes[0].route.endpoints.empty());
    }
    SECTION("a rolled back transaction changes nothing") {
        session.sql("BEGIN; DELETE FROM RouteData; ROLLBACK;");
        CHECK(session(session.feed.latest())->position == since);
    }
    SECTION("a clock reading written by a script, once or twice, loses no change") {
        session.sql("UPDATE RouteVersion SET version = 1700000000 WHERE id = 1");
        session.insert(4, 4, 80);
        session.sql("UPDATE RouteVersion SET version = 1700000000 WHERE id = 1");
        auto changes = session(session.feed.changes_since(since));
        REQUIRE(changes);
        CHECK(modids(*changes) == std::vector{4});
        since = changes->position;
        session.insert(5, 5, 80);
        changes = session(session.feed.changes_since(since));
        REQUIRE(changes);
        CHECK(modids(*changes) == std::vector{5});
    }
    SECTION("a version ahead of the table's means that everything has to be loaded") {
        CHECK(session(session.feed.changes_since({since.version + 1000, 0}))->reload);
    }
    SECTION("a log that was emptied means the same") {
        session.insert(6, 6, 80);
        session.sql("DELETE FROM RouteLog");
        CHECK(session(session.feed.changes_since(since))->reload);
    }
}

TEST_CASE("two writers at the same time lose nothing") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const auto since = session(session.feed.snapshot())->position;
    const auto other = session.connect();

    constexpr int kEach = 20;
    std::size_t added = 0;
    const auto write =
        [&added](store::RouteEdits edits, int first) -> boost::asio::awaitable<void> {
        for (int i = first; i < first + kEach; ++i) {
            std::vector<store::RouteRow> rows{{{i, 1}, Endpoint::from_ipv4(7, 80)}};
            const auto done = co_await edits.put(std::move(rows));
            if (done) added += done->added;
        }
    };
    boost::asio::co_spawn(session.context, write(session.edits, 0), boost::asio::use_future);
    boost::asio::co_spawn(
        session.context, write(store::RouteEdits(*other), kEach), boost::asio::use_future
    );
    session.context.restart();
    session.context.run();
    CHECK(added == 2 * kEach);
    CHECK(session(session.feed.changes_since(since))->routes.size() == 2 * kEach);
}
