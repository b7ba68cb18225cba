#include "session.hpp"
#include "support/wait.hpp"

using namespace lars;
using namespace lars::test;

namespace {

/// Two servers that hold the same, of which the first can be made read-only.
class World {
public:
    World() {
        const auto& password = shared_mariadb().password();
        other().sql("SET PASSWORD FOR lars@127.0.0.1 = PASSWORD('" + password + "')");
        other().sql("DROP DATABASE lars_dns; CREATE DATABASE lars_dns;");
        auto of_other = session.database->url();
        of_other.hosts = {{"127.0.0.1", static_cast<std::uint16_t>(other().port())}};
        url.hosts.push_back(of_other.hosts[0]);
        const auto second = store::make_database(session.context.get_executor(), of_other);
        REQUIRE(session(session.schema.migrate()));
        REQUIRE(session(store::Schema(*second).migrate()));
    }
    ~World() { set_read_only(false); }

    static MariadbServer& other() {
        static MariadbServer server;
        return server;
    }
    static void set_read_only(bool so) {
        shared_mariadb().sql(std::string("SET GLOBAL read_only = ") + (so ? "1" : "0"));
    }
    std::unique_ptr<store::Database> connect() {
        return store::make_database(session.context.get_executor(), url);
    }

    Session session{"mariadb"};
    store::Url url = session.database->url();
};

const std::vector<store::RouteRow> kRow{{{1, 1}, Endpoint::from_ipv4(7, 80)}};

}  // namespace

TEST_CASE("what a server that was made read-only refuses is done by the next host at once") {
    World world;
    const auto editor = world.connect();
    const auto ruler = world.connect();
    REQUIRE(world.session(store::RouteEdits(*editor).list({})));
    REQUIRE(world.session(store::Alarms(*ruler).list_rules()));
    World::set_read_only(true);
    REQUIRE(world.session(store::RouteEdits(*editor).put(kRow)));
    const store::AlarmRule rule{.threshold = 0.1, .severity = "warning"};
    REQUIRE(world.session(store::Alarms(*ruler).add_rule(rule)));
    CHECK(World::other().sql("SELECT COUNT(*) FROM lars_dns.RouteData") == "1\n");
    CHECK(World::other().sql("SELECT COUNT(*) FROM lars_dns.AlarmRule") == "1\n");
    CHECK(world.session.sql("SELECT COUNT(*) FROM RouteData") == "0\n");
}

TEST_CASE("who only reads leaves a server that was made read-only, and begins with another") {
    World world;
    const auto reader = world.connect();
    const auto rows = [&world](store::Database& database) {
        const auto all = world.session(store::RouteEdits(database).list({}));
        REQUIRE(all);
        return all->size();
    };
    CHECK(rows(*reader) == 0);
    World::set_read_only(true);
    const auto editor = world.connect();
    REQUIRE(world.session(store::RouteEdits(*editor).put(kRow)));
    CHECK(rows(*world.connect()) == 1);
    CHECK(eventually([&] { return rows(*reader) == 1; }));
}

TEST_CASE("where all servers are read-only, reading goes on, and edits say what to do") {
    World world;
    World::set_read_only(true);
    for (const auto* name : {"127.0.0.1", "localhost"}) {
        world.url.hosts = {{name, world.session.database->url().hosts[0].port}};
        const auto alone = world.connect();
        REQUIRE(world.session(store::RouteEdits(*alone).list({})));
        const auto refused = world.session(store::RouteEdits(*alone).put(kRow));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == store::ErrorKind::read_only);
        CHECK(refused.error().message.find("name the server that takes") != std::string::npos);
        World::set_read_only(false);
        CHECK(world.session(store::RouteEdits(*alone).put(kRow)));
        World::set_read_only(true);
        REQUIRE(world.session(store::RouteEdits(*alone).list({})));
    }
}
