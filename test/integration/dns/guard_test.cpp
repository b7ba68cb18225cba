#include "store/route_edits.hpp"
#include "world.hpp"

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kModule{1, 1};

/// Rows of one module, from address `first` up.
void fill(World& world, int count, int modid = 1, int first = 1) {
    std::string values;
    for (int i = first; i < first + count; ++i) {
        if (i > first) values += ", ";
        values += "(" + std::to_string(modid) + ", 1, " + std::to_string(i) + ", 80)";
    }
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES " + values
    );
}

void drop_triggers(World& world) {
    for (const auto* event : {"insert", "update", "delete"}) {
        world.database->sql(std::string("DROP TRIGGER lars_route_") + event);
    }
}

store::Result<store::Confirmation> confirm(World& world) {
    boost::asio::io_context context(1);
    const auto store = store::make_database(context.get_executor(), world.database->url());
    return await(context, store::RouteEdits(*store).confirm());
}

bool held(World& world, double modules) {
    return eventually([&world, modules] {
        return world.running.count("lars_dns_held_modules") == modules;
    });
}

}  // namespace

TEST_CASE("rows that vanish without a word are held, shown, and let go when that is confirmed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    const auto* how = GENERATE("all rows", "some rows");
    CAPTURE(kind, how);
    const bool all = how == std::string("all rows");
    World world({.compare_interval = 100ms}, kind);
    const auto stop = world.start();
    fill(world, 5);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
    OurAgent agent(world.port());
    agent.ask(kModule);
    CHECK(agent.next().host_size() == 5);

    drop_triggers(world);
    world.database->sql(all ? "DELETE FROM RouteData" : "DELETE FROM RouteData WHERE serverip > 2");
    REQUIRE(held(world, 1));
    CHECK(world.running.count("lars_dns_triggers_missing") == 1);
    agent.ask(kModule);
    CHECK(agent.next().host_size() == 5);
    const auto report = agent.held();
    REQUIRE(report.module_size() == 1);
    CHECK(report.modules() == 1);
    CHECK(report.module(0).served_rows() == 5);
    CHECK(report.module(0).stored_rows() == (all ? 0 : 2));
    CHECK_FALSE(report.module(0).large());

    REQUIRE(confirm(world).has_value());
    CHECK(agent.next().host_size() == (all ? 0 : 2));
    CHECK(held(world, 0));
}

TEST_CASE("TRUNCATE is held too, and rows that come back end it") {
    World world({.compare_interval = 100ms}, "mariadb");
    const auto stop = world.start();
    fill(world, 3);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
    world.database->sql("TRUNCATE RouteData");
    REQUIRE(held(world, 1));
    fill(world, 3);
    CHECK(held(world, 0));
}

TEST_CASE("a large removal that the log explains waits for an audit entry") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 1h}, kind);
    const auto stop = world.start();
    fill(world, 30);
    fill(world, 5, 2);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 2; }));
    OurAgent agent(world.port());
    agent.ask(kModule);
    CHECK(agent.next().host_size() == 30);
    SECTION("which people write in the same transaction") {
        world.database->sql(
            "BEGIN; DELETE FROM RouteData WHERE modid = 1; INSERT INTO RouteAudit(version, action,"
            " removed) SELECT version, 'remove', 30 FROM RouteVersion WHERE id = 1; COMMIT;"
        );
        CHECK(agent.next().host_size() == 0);
        CHECK(world.running.count("lars_dns_held_modules") == 0);
    }
    SECTION("or for a confirmation") {
        world.database->sql("DELETE FROM RouteData WHERE modid = 1");
        REQUIRE(held(world, 1));
        CHECK(agent.held().module(0).large());
        REQUIRE(confirm(world).has_value());
        CHECK(agent.next().host_size() == 0);
    }
}

TEST_CASE("what no trigger saw is found by the comparison") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 100ms}, kind);
    const auto stop = world.start();
    fill(world, 2);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
    OurAgent agent(world.port());
    agent.ask(kModule);
    CHECK(agent.next().host_size() == 2);
    drop_triggers(world);
    world.database->sql("UPDATE RouteData SET serverport = 81");
    CHECK(agent.next().host(0).port() == 81);
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 99, 80)"
    );
    CHECK(agent.next().host_size() == 3);
    CHECK(world.running.count("lars_dns_feed_missed_total") == 2);
}

TEST_CASE("a comparison of a table that nobody touched finds nothing") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 100ms}, kind);
    const auto stop = world.start();
    fill(world, 100);
    fill(world, 100, 7);
    fill(world, 1, 7);  // once more
    world.database->sql("DELETE FROM RouteData WHERE modid = 1 AND serverip > 90");
    world.await_comparison();
    CHECK(world.running.count("lars_dns_feed_missed_total") == 0);
    CHECK(world.running.count("lars_dns_held_modules") == 0);
}

TEST_CASE("one transaction that edits ten thousand rows, and many in one moment, all arrive") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 1h}, kind);
    const auto stop = world.start();
    OurAgent agent(world.port());
    agent.ask(kModule);
    agent.next();
    fill(world, 5'000);
    fill(world, 5'000, 1, 5'001);
    world.database->sql("UPDATE RouteData SET serverport = 81");
    CHECK(eventually([&] { return agent.next().host(0).port() == 81; }));
    std::string edits;
    for (int ip = 20'001; ip <= 20'100; ++ip) {
        edits += "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, " +
                 std::to_string(ip) + ", 80);";
    }
    world.database->sql(edits);
    CHECK(eventually([&] { return agent.next().host_size() == 10'100; }));
}

TEST_CASE("an older backup under a running dns is served as far as nothing in it differs") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 100ms}, kind);
    const auto stop = world.start();
    fill(world, 3);
    fill(world, 3, 2);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 2; }));
    OurAgent agent(world.port());
    agent.ask(kModule);
    agent.next();
    // The backup had two rows of module 1, other rows of module 2, and a module 3.
    world.database->sql(
        "DROP TRIGGER lars_route_delete; DROP TRIGGER lars_route_update;"
        "DROP TRIGGER lars_version_rises; BEGIN;"
        "DELETE FROM RouteData WHERE modid = 1 AND serverip = 3;"
        "UPDATE RouteData SET serverport = 90 WHERE modid = 2;"
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (3, 1, 1, 80);"
        "DELETE FROM RouteLog WHERE version > 2; UPDATE RouteVersion SET version = 2; COMMIT;"
    );
    REQUIRE(held(world, 2));
    OurAgent other(world.port());
    other.ask({2, 1});
    CHECK(other.next().host(0).port() == 80);
    other.ask({3, 1});
    CHECK(other.next().host_size() == 1);
    agent.ask(kModule);
    CHECK(agent.next().host_size() == 3);
    const auto report = agent.held();
    CHECK(report.version() == 2);
    CHECK(report.module(0).reason() == HeldResponse::REASON_LATER_VERSION);
    REQUIRE(confirm(world).has_value());
    CHECK(agent.next().host_size() == 2);
    CHECK(held(world, 0));
}

TEST_CASE("a dns that starts on an emptied table takes no agent's routes away") {
    World world;
    fill(world, 2);
    drop_triggers(world);
    world.database->sql("DELETE FROM RouteData");
    const auto stop = world.start();

    OurAgent agent(world.port());
    CHECK(agent.held().doubtful());
    agent.ask(kModule, 12345);
    TcpPeer original(world.port());
    original.send(from_hex("010000000400000008011001"));
    REQUIRE(eventually([&] { return world.running.count("lars_dns_unanswered_total") == 2; }));
    REQUIRE(confirm(world).has_value());
    CHECK(eventually([&] { return !agent.held().doubtful(); }));
    original.send(from_hex("010000000400000008011001"));
    CHECK(original.receive_frame() == from_hex("020000000400000008011001"));
}

TEST_CASE("an agent that comes back is told of a removal, and of nothing that it has") {
    World world;
    const auto stop = world.start();
    fill(world, 2);
    fill(world, 2, 2);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 2; }));
    std::uint64_t etag = 0;
    std::uint64_t other = 0;
    {
        OurAgent agent(world.port());
        agent.ask(kModule);
        etag = agent.next().etag();
        agent.ask({2, 1});
        other = agent.next().etag();
    }
    world.database->sql("DELETE FROM RouteData WHERE modid = 1");
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
    OurAgent again(world.port());
    again.ask(kModule, etag);
    const auto removed = again.next();
    CHECK(removed.host_size() == 0);
    CHECK_FALSE(removed.unchanged());
    again.ask({2, 1}, other);
    CHECK(again.next().unchanged());
}

TEST_CASE("subscriptions to modules that don't exist are bounded, until these do") {
    World world({.max_unknown_subscriptions = 3});
    const auto stop = world.start();
    fill(world, 1);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
    OurAgent agent(world.port());
    for (int modid = 1; modid <= 10; ++modid) {
        agent.ask({modid, 1});
        agent.next();
    }
    CHECK(world.running.count("lars_dns_subscriptions") == 4);
    CHECK(world.running.count("lars_dns_unknown_subscriptions") == 3);
    CHECK(world.running.count("lars_dns_subscriptions_refused_total") == 6);
    fill(world, 1, 2);
    CHECK(agent.next().host_size() == 1);
    CHECK(world.running.count("lars_dns_unknown_subscriptions") == 2);
    CHECK(world.running.count("lars_dns_push_seconds") >= 1);
}
