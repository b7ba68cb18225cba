#include "session.hpp"
#include "store/store_identity.hpp"

using namespace lars;
using namespace lars::test;

namespace {

store::RouteRow row(std::uint32_t ip) {
    return {{1, 1}, Endpoint::from_ipv4(ip, 80), {}};
}

}  // namespace

TEST_CASE("a migration gives a store its id, once") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    const auto made = session(session.schema.migrate());
    REQUIRE(made);
    CHECK(made->identity.id != 0);
    CHECK(made->identity.id >> 63 == 0);
    CHECK(session(session.schema.migrate())->identity == made->identity);
    CHECK(session(session.feed.latest())->store_id == made->identity.id);
    CHECK(session(session.feed.snapshot())->identity == made->identity);
    session.sql("DELETE FROM StoreIdentity");
    CHECK(session(session.feed.latest())->store_id == 0);
    const auto again = session(session.schema.migrate());
    REQUIRE(again);
    CHECK(again->identity.id != 0);
    CHECK(again->identity.id != made->identity.id);
}

TEST_CASE("a confirmation adopts the stores that were brought, and rises above their versions") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    const auto own = session(session.schema.migrate())->identity.id;
    store::StoreIdentities identities(*session.connection);
    REQUIRE(session(identities.note_brought({{5, 10}, {6, 1}, {5, 9}})));
    constexpr std::uint64_t kFar = 1ULL << 35;
    REQUIRE(session(identities.note_brought({{own, kFar}})));
    REQUIRE(session(identities.note_brought({{own, 7}})));
    CHECK(session(session.feed.snapshot())->identity.adopted.empty());

    const auto done = session(session.edits.confirm());
    REQUIRE(done);
    CHECK(done->adopted == 2);
    CHECK(done->version > kFar + 1'000'000);
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->identity.id == own);
    CHECK(table->identity.adopted == std::vector<std::uint64_t>{5, 6});
    CHECK(table->confirmed_at == done->version);
    CHECK(session(session.edits.confirm())->adopted == 0);
}

TEST_CASE("a confirmation after RouteVersion was emptied is above all that it had") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put({row(1)})));
    const auto before = session(session.edits.confirm());
    REQUIRE(before);
    session.sql("DELETE FROM RouteVersion");
    CHECK(session(session.feed.latest())->position.version == 0);
    // An entry of then doesn't speak for what is now.
    REQUIRE(session(session.edits.put({row(2)})));
    const auto since = session(session.feed.latest())->position;
    CHECK(session(session.feed.snapshot())->confirmed_at == 0);
    REQUIRE(session(session.edits.put({row(3)})));
    CHECK_FALSE(session(session.feed.changes_since(since))->confirmed);
    CHECK(session(session.edits.confirm())->version > before->version);
}

TEST_CASE("a snapshot says when rows of a module were last removed, of those that are gone too") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 1, 80);
    session.insert(1, 2, 80);
    session.insert(2, 1, 80);
    session.insert(3, 1, 80);
    session.sql("DELETE FROM RouteData WHERE modid = 1 AND serverip = 2");
    session.sql("DELETE FROM RouteData WHERE modid = 3");
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    REQUIRE(table->routes.size() == 3);
    CHECK(table->log_begin > 0);
    CHECK(table->routes[0].removed_at == table->position.version - 1);
    CHECK(table->routes[1].removed_at == 0);
    CHECK(table->routes[2].route.module == ModuleId{3, 1});
    CHECK(table->routes[2].sum.rows == 0);
    CHECK(table->routes[2].removed_at == table->position.version);
}
