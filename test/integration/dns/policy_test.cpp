#include "wire/route.hpp"
#include "world.hpp"

#include <spdlog/sinks/ringbuffer_sink.h>

#include <algorithm>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kModule{1, 1};

/// Endpoints 0.0.0.1:80 to 0.0.0.`count`:80 of module 1/1.
void fill(World& world, int count) {
    std::string values;
    for (int ip = 1; ip <= count; ++ip) {
        values += (ip > 1 ? ", (1, 1, " : "(1, 1, ") + std::to_string(ip) + ", 80)";
    }
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES " + values
    );
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
}

void drop_triggers(World& world, const std::string& of) {
    for (const auto* event : {"insert", "update", "delete"}) {
        world.database->sql("DROP TRIGGER lars_" + of + '_' + event);
    }
}

std::vector<std::uint32_t> weights(const GetRouteResponse& response) {
    std::vector<std::uint32_t> all;
    for (const auto& host : response.host()) {
        all.push_back(host.has_weight() ? host.weight() : kDefaultWeight);
    }
    return all;
}

double parameter(const GetRouteResponse& response, const std::string& name) {
    std::size_t refused = 0;
    return wire::from_wire(response, refused).policy.parameters.at(name);
}

}  // namespace

TEST_CASE("weights and a policy reach an agent of ours, and an original one gets endpoints") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 1h}, kind);
    const auto stop = world.start();
    fill(world, 2);
    OurAgent agent(world.port());
    agent.ask(kModule);
    CHECK_FALSE(agent.next().has_policy());
    TcpPeer original(world.port());
    REQUIRE(original.send(from_hex("010000000400000008011001")));
    const auto both = frame(
        2,
        from_hex("08011001"
                 "1a0408011050"
                 "1a0408021050")
    );
    CHECK(original.receive_frame() == both);

    world.database->sql("UPDATE RouteData SET weight = 0 WHERE serverip = 1");
    CHECK(weights(agent.next()) == std::vector<std::uint32_t>{0, 100});
    // It knows no weights, so it isn't told of a drained endpoint.
    CHECK(
        original.receive_frame() == frame(
                                        2,
                                        from_hex("08011001"
                                                 "1a0408021050")
                                    )
    );
    world.database->sql(
        "INSERT INTO ModulePolicy(modid, cmdid, name, parameters)"
        " VALUES (1, 1, 'adaptive', '{\"ejection_ms\": 500}')"
    );
    const auto told = agent.next();
    CHECK(told.policy().name() == "adaptive");
    CHECK(parameter(told, "ejection_ms") == 500);
    CHECK(told.host_size() == 2);
    CHECK(
        original.receive_frame() == frame(
                                        2,
                                        from_hex("08011001"
                                                 "1a0408021050")
                                    )
    );
    world.database->sql("UPDATE RouteData SET weight = 0");
    CHECK(weights(agent.next()) == std::vector<std::uint32_t>{0, 0});
    CHECK(original.receive_frame() == both);
    world.database->sql("DELETE FROM ModulePolicy");
    CHECK_FALSE(agent.next().has_policy());
}

TEST_CASE("a policy that is there before its module's rows comes with them") {
    World world({.compare_interval = 1h});
    const auto stop = world.start();
    OurAgent agent(world.port());
    agent.ask(kModule);
    agent.next();
    world.database->sql("INSERT INTO ModulePolicy(modid, cmdid, name) VALUES (1, 1, 'adaptive')");
    fill(world, 1);
    CHECK(agent.next().policy().name() == "adaptive");
}

TEST_CASE("a malformed policy is left out, counted, and named once in the log") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 1h}, kind);
    const auto lines = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(100);
    world.running.log.sinks().push_back(lines);
    const auto said = [&lines](const std::string& text) {
        return std::ranges::count_if(lines->last_formatted(), [&text](const auto& line) {
            return line.find(text) != std::string::npos;
        });
    };
    const std::string list = "the policy of module 1/1: its parameters aren't a JSON object";
    const std::string number = "the policy of module 1/1: parameter a isn't a number";
    const auto stop = world.start();
    fill(world, 1);
    OurAgent agent(world.port());
    agent.ask(kModule);
    agent.next();

    world.database->sql("INSERT INTO ModulePolicy VALUES (1, 1, 'adaptive', '[1]')");
    const auto refused = [&world] {
        return world.running.count("lars_dns_policies_refused_total");
    };
    REQUIRE(eventually([&] { return refused() == 1; }));
    world.database->sql("UPDATE RouteData SET weight = 70");
    const auto told = agent.next();
    CHECK(weights(told) == std::vector<std::uint32_t>{70});
    CHECK_FALSE(told.has_policy());
    CHECK(refused() == 2);
    CHECK(said(list) == 1);
    world.database->sql("UPDATE ModulePolicy SET parameters = '{\"a\": true}'");
    REQUIRE(eventually([&] { return said(number) == 1; }));
    world.database->sql("UPDATE ModulePolicy SET parameters = '{\"a\": 1}'");
    CHECK(parameter(agent.next(), "a") == 1);
    world.database->sql("UPDATE ModulePolicy SET parameters = '[1]'");
    CHECK_FALSE(agent.next().has_policy());
    CHECK(said(list) == 2);
}

TEST_CASE("a weight or policy that changed behind the triggers' backs is found by the comparison") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 100ms}, kind);
    const auto stop = world.start();
    fill(world, 2);
    OurAgent agent(world.port());
    agent.ask(kModule);
    agent.next();
    drop_triggers(world, "route");
    drop_triggers(world, "policy");
    world.database->sql("UPDATE RouteData SET weight = 7 WHERE serverip = 2");
    CHECK(weights(agent.next()) == std::vector<std::uint32_t>{100, 7});
    world.database->sql("REPLACE INTO ModulePolicy(modid, cmdid, name) VALUES (1, 1, 'adaptive')");
    CHECK(agent.next().policy().name() == "adaptive");
    world.database->sql("UPDATE ModulePolicy SET parameters = '{\"a\": 1}'");
    CHECK(parameter(agent.next(), "a") == 1);
    world.database->sql("DELETE FROM ModulePolicy");
    const auto told = agent.next();
    CHECK_FALSE(told.has_policy());
    CHECK(told.host_size() == 2);
    world.await_comparison();
    CHECK(world.running.count("lars_dns_feed_missed_total") == 4);
    CHECK(world.running.count("lars_dns_held_modules") == 0);
    CHECK(world.running.count("lars_dns_triggers_missing") == 1);
}

TEST_CASE("edits of policies and weights don't explain that rows went") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 1h}, kind);
    const auto stop = world.start();
    fill(world, 5);
    OurAgent agent(world.port());
    agent.ask(kModule);
    CHECK(agent.next().host_size() == 5);
    world.database->sql("DROP TRIGGER lars_route_delete");
    SECTION("made in the same moment") {
        world.database->sql(
            "BEGIN; DELETE FROM RouteData WHERE serverip > 2;"
            "UPDATE RouteData SET weight = 7;"
            "INSERT INTO ModulePolicy(modid, cmdid, name) VALUES (1, 1, 'a');"
            "UPDATE ModulePolicy SET name = 'b'; UPDATE ModulePolicy SET name = 'c';"
            "DELETE FROM ModulePolicy; COMMIT;"
        );
    }
    SECTION("made later") {
        world.database->sql("DELETE FROM RouteData WHERE serverip = 5");
        world.database->sql("INSERT INTO ModulePolicy(modid, cmdid, name) VALUES (1, 1, 'a')");
    }
    REQUIRE(eventually([&] { return world.running.count("lars_dns_held_modules") == 1; }));
    agent.ask(kModule);
    const auto told = agent.next();
    CHECK(told.host_size() == 5);
    CHECK_FALSE(told.has_policy());
}
