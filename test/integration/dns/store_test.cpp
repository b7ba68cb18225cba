#include "store/route_edits.hpp"
#include "world.hpp"

#include <filesystem>
#include <map>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

void insert(World& world, int modid, int ip) {
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (" +
        std::to_string(modid) + ", 1, " + std::to_string(ip) + ", 80)"
    );
}

store::Confirmation confirm(World& world) {
    boost::asio::io_context context(1);
    const auto store = store::make_database(context.get_executor(), world.database->url());
    return await(context, store::RouteEdits(*store).confirm()).value();
}

/// What an agent that asks for these modules has from one life of dns.
std::vector<GetRouteResponse> learn(World& world, const std::vector<int>& modids) {
    OurAgent agent(world.port());
    std::vector<GetRouteResponse> routes;
    for (const auto modid : modids) {
        REQUIRE(eventually([&] {
            agent.ask({modid, 1});
            routes.push_back(agent.next());
            if (routes.back().host_size() > 0) return true;
            routes.pop_back();
            return false;
        }));
    }
    return routes;
}

/// Whether so many routes of agents are held for that reason.
bool holds(World& world, double routes, const char* reason) {
    return eventually([&] {
        return world.running.count("lars_dns_held_routes", {{"reason", reason}}) == routes;
    });
}

void bring(OurAgent& agent, const std::vector<GetRouteResponse>& routes) {
    for (const auto& route : routes) agent.bring(route);
}

}  // namespace

TEST_CASE("a dns on another store empties nobody, until that store is confirmed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    const auto* how = GENERATE("empty", "with rows");
    CAPTURE(kind, how);
    std::vector<GetRouteResponse> routes;
    {
        World first({}, kind);
        insert(first, 1, 1);
        insert(first, 2, 1);
        insert(first, 3, 1);
        const auto stop = first.start();
        routes = learn(first, {1, 2, 3});
        CHECK(routes[0].store_id() != 0);
    }
    World second({}, kind);
    if (how == std::string("with rows")) {
        insert(second, 2, 7);
        insert(second, 3, 1);
    }
    const bool rows = how == std::string("with rows");
    const auto stop = second.start();
    OurAgent agent(second.port());
    bring(agent, routes);
    REQUIRE(holds(second, rows ? 2 : 3, "other_store"));
    if (rows) {
        const auto same = agent.next();
        CHECK(same.unchanged());
        CHECK(same.modid() == 3);
        CHECK(same.store_id() != routes[2].store_id());
        // Neither is it sent changes of what it isn't answered.
        insert(second, 2, 8);
        REQUIRE(eventually([&] { return second.running.count("lars_dns_version") == 4; }));
    }
    OurAgent other(second.port());
    const auto report = other.held();
    REQUIRE(report.module_size() == (rows ? 2 : 3));
    CHECK(report.module(0).reason() == HeldResponse::REASON_OTHER_STORE);
    CHECK(report.module(0).agents() == 1);
    CHECK(report.module(0).served_rows() == 1);
    CHECK(report.module(0).store_id() == routes[0].store_id());
    // Who has none is answered.
    other.ask({2, 1});
    CHECK(other.next().host_size() == (rows ? 2 : 0));

    CHECK(confirm(second).adopted == 1);
    std::map<int, int> hosts;
    for (int i = 0; i < (rows ? 2 : 3); ++i) {
        const auto answer = agent.next();
        hosts[answer.modid()] = answer.host_size();
    }
    CHECK(hosts[1] == 0);
    CHECK(hosts[2] == (rows ? 2 : 0));
    CHECK(holds(second, 0, "other_store"));
    // For good: the agent may have been off.
    OurAgent later(second.port());
    later.bring(routes[0]);
    CHECK(later.next().host_size() == 0);
}

TEST_CASE("an older backup that was restored while dns was down empties nobody") {
    const auto kind = GENERATE("sqlite", "mariadb");
    const auto* how = GENERATE("a backup", "everything truncated");
    CAPTURE(kind, how);
    const bool truncated = how == std::string("everything truncated");
    auto database = make_database(kind);
    std::vector<GetRouteResponse> routes;
    {
        World before({}, std::move(database));
        insert(before, 1, 1);
        insert(before, 2, 1);
        insert(before, 2, 2);
        const auto stop = before.start();
        routes = learn(before, {1, 2});
        database = std::move(before.database);
    }
    database->sql(
        std::string("DROP TRIGGER lars_version_rises; DROP TRIGGER lars_route_delete; BEGIN;") +
        (truncated ? "DELETE FROM RouteData; DELETE FROM RouteVersion;"
                   : "DELETE FROM RouteData WHERE modid = 2; DELETE FROM RouteLog WHERE modid = 2;"
                     "UPDATE RouteVersion SET version = 2, route_rows = 1;") +
        " COMMIT;"
    );
    World world({}, std::move(database));
    const auto stop = world.start();
    OurAgent agent(world.port());
    bring(agent, routes);
    if (!truncated) CHECK(agent.next().unchanged());
    REQUIRE(holds(world, truncated ? 2 : 1, "later_version"));
    // Edits of the restored table raise its version, and don't explain what it lacks.
    for (int ip = 1; ip <= 5; ++ip) insert(world, 5, ip);
    REQUIRE(holds(world, truncated ? 2 : 1, "unexplained"));
    REQUIRE(holds(world, 0, "later_version"));
    const auto report = OurAgent(world.port()).held();
    REQUIRE(report.modules() == (truncated ? 2 : 1));
    CHECK(report.module(report.module_size() - 1).version() == routes[1].version());

    confirm(world);
    for (std::uint64_t i = 0; i < report.modules(); ++i) CHECK(agent.next().host_size() == 0);
    CHECK(holds(world, 0, "unexplained"));
}

TEST_CASE("rows that are put back let agents go, module by module") {
    World world;
    std::vector<GetRouteResponse> routes;
    {
        World first;
        insert(first, 1, 1);
        insert(first, 2, 1);
        const auto stop = first.start();
        routes = learn(first, {1, 2});
    }
    insert(world, 9, 1);
    const auto stop = world.start();
    OurAgent agent(world.port());
    bring(agent, routes);
    REQUIRE(holds(world, 2, "other_store"));
    insert(world, 2, 1);
    const auto answer = agent.next();
    CHECK(answer.unchanged());
    CHECK(answer.modid() == 2);
    CHECK(answer.store_id() != routes[1].store_id());
    CHECK(holds(world, 1, "other_store"));
}

TEST_CASE("an agent that says no more than an etag isn't emptied by a store that began empty") {
    World world;
    const auto stop = world.start();
    OurAgent before(world.port());
    before.ask({1, 1}, 12345);
    REQUIRE(holds(world, 1, "empty_store"));
    // Neither by its first rows, as far as one can tell.
    insert(world, 2, 1);
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
    CHECK(holds(world, 1, "empty_store"));
    insert(world, 1, 1);
    CHECK(before.next().host_size() == 1);
    CHECK(holds(world, 0, "empty_store"));
}

TEST_CASE("a session that ends or leaves a module takes what it holds with it") {
    World world;
    insert(world, 9, 1);
    const auto stop = world.start();
    GetRouteResponse foreign;
    foreign.set_modid(1);
    foreign.set_cmdid(1);
    foreign.set_etag(5);
    foreign.set_store_id(77);
    foreign.set_version(3);
    {
        OurAgent agent(world.port());
        agent.bring(foreign);
        REQUIRE(holds(world, 1, "other_store"));
        agent.leave({1, 1});
        REQUIRE(holds(world, 0, "other_store"));
        agent.bring(foreign);
        REQUIRE(holds(world, 1, "other_store"));
    }
    CHECK(holds(world, 0, "other_store"));
}

TEST_CASE("a running dns follows another SQLite file in the place of its own, and holds the rest") {
    World world({.compare_interval = 1h});
    insert(world, 1, 1);
    insert(world, 2, 1);
    const auto path = world.database->url().path;
    const auto stop = world.start();
    OurAgent agent(world.port());
    agent.ask({1, 1});
    const auto route = agent.next();
    const auto* how = GENERATE("a backup", "a new file");
    CAPTURE(how);
    if (how == std::string("a backup")) {
        world.database->sql(".backup '" + path + ".copy'");
        insert(world, 2, 2);
        insert(world, 3, 1);
        REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 3; }));
        std::filesystem::rename(path + ".copy", path);
        // 2 has another route there, and 3 none.
        REQUIRE(eventually([&] { return world.running.count("lars_dns_held_modules") == 2; }));
    } else {
        for (const auto* companion : {"", "-wal", "-shm"})
            std::filesystem::remove(path + companion);
        world.migrate();
        insert(world, 2, 1);
        REQUIRE(eventually([&] { return world.running.count("lars_dns_held_modules") == 1; }));
        OurAgent other(world.port());
        other.ask({2, 1});
        CHECK(other.next().store_id() != route.store_id());
    }
    insert(world, 4, 1);
    REQUIRE(eventually([&] {
        OurAgent other(world.port());
        other.ask({4, 1});
        return other.next().host_size() == 1;
    }));
    insert(world, 1, 9);
    if (how == std::string("a backup")) {
        CHECK(agent.next().host_size() == 2);
    } else {
        confirm(world);
        CHECK(agent.next().host_size() == 1);
    }
}

TEST_CASE("a dns without a store's file waits for it, and makes none") {
    World world;
    const auto path = world.database->url().path;
    std::filesystem::rename(path, path + ".away");
    for (const auto* companion : {"-wal", "-shm"}) std::filesystem::remove(path + companion);
    auto stop = world.running.run({&*world.service});
    REQUIRE(eventually([&] { return world.running.count("lars_dns_store_errors_total") > 2; }));
    CHECK_FALSE(world.service->ready());
    CHECK_FALSE(std::filesystem::exists(path));
    std::filesystem::rename(path + ".away", path);
    CHECK(eventually([&] { return world.service->ready(); }));
}
