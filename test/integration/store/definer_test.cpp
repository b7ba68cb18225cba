#include "session.hpp"

using namespace lars;
using namespace lars::test;

namespace {

const std::vector<store::RouteRow> kRow{{{1, 1}, Endpoint::from_ipv4(7, 80)}};

/// A schema that `admin` has migrated.
struct World {
    World() {
        shared_mariadb().sql(
            "CREATE OR REPLACE USER admin@127.0.0.1 IDENTIFIED BY 'secret';"
            "GRANT ALL ON lars_dns.* TO admin@127.0.0.1"
        );
        auto url = session.database->url();
        url.user = "admin";
        url.password = "secret";
        const auto database = store::make_database(session.context.get_executor(), url);
        REQUIRE(session(store::Schema(*database).migrate()));
        REQUIRE(session(session.edits.put(kRow)));
    }
    ~World() { shared_mariadb().sql("DROP USER IF EXISTS admin@127.0.0.1"); }

    std::string definers() { return session(session.schema.inspect())->definers; }

    Session session{"mariadb"};
};

}  // namespace

TEST_CASE("triggers whose user was dropped are told of, and made again by a migration") {
    World world;
    CHECK(world.definers() == "admin@127.0.0.1");
    shared_mariadb().sql("DROP USER admin@127.0.0.1");
    const auto removed = world.session(world.session.edits.remove(kRow));
    REQUIRE_FALSE(removed);
    CHECK(removed.error().kind == store::ErrorKind::schema);
    CHECK(
        removed.error().message.find("privilege TRIGGER run: lars store migrate") !=
        std::string::npos
    );
    REQUIRE(world.session(world.session.schema.migrate()));
    CHECK(world.definers() == "lars@127.0.0.1");
    CHECK(world.session(world.session.edits.remove(kRow)));
    CHECK(world.session.sql("SELECT COUNT(*) FROM RouteData") == "0\n");
}

TEST_CASE("triggers whose user has no rights any more are made again, too") {
    World world;
    shared_mariadb().sql("REVOKE ALL ON lars_dns.* FROM admin@127.0.0.1");
    REQUIRE_FALSE(world.session(world.session.edits.remove(kRow)));
    REQUIRE(world.session(world.session.schema.migrate()));
    CHECK(world.session(world.session.edits.remove(kRow)));
}

TEST_CASE("triggers of another user that work stay, and trying them leaves nothing behind") {
    World world;
    const auto before = world.session(world.session.feed.version());
    REQUIRE(world.session(world.session.schema.migrate()));
    CHECK(world.definers() == "admin@127.0.0.1");
    CHECK(*world.session(world.session.feed.version()) == *before);
    CHECK(world.session.sql("SELECT COUNT(*) FROM RouteData") == "1\n");
    CHECK(world.session.sql("SELECT COUNT(*) FROM ModulePolicy") == "0\n");
}
