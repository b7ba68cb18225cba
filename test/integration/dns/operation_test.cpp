#include "world.hpp"

#include <boost/asio/post.hpp>

using namespace lars;
using namespace lars::test;
using Catch::Matchers::StartsWith;

namespace {

void reconfigure(World& world, const dns::Options& options) {
    boost::asio::post(world.running.runtime.executor(0), [&world, options] {
        world.service->reconfigure(options);
    });
}

}  // namespace

TEST_CASE("dns isn't ready while the store refuses, and says why") {
    World world;
    CHECK_FALSE(world.service->ready());
    const auto stop = world.start();
    CHECK(world.service->readiness().problems.empty());
    world.database->sql("ALTER TABLE RouteVersion RENAME TO Elsewhere");
    REQUIRE(eventually([&] { return !world.service->ready(); }));
    CHECK_THAT(world.service->readiness().problems.at(0), StartsWith("the store: "));
    world.database->sql("ALTER TABLE Elsewhere RENAME TO RouteVersion");
    CHECK(eventually([&] { return world.service->ready(); }));
}

TEST_CASE("limits of dns can change while it runs") {
    dns::Options options;
    options.max_subscriptions = 1;
    options.max_connections = 1;
    World world(options);
    const auto stop = world.start();
    OurAgent agent(world.port());
    const auto subscriptions = [&](ModuleId id) {
        agent.ask(id);
        agent.next();
        return world.running.count("lars_dns_subscriptions");
    };
    CHECK(subscriptions({1, 1}) == 1);
    CHECK(subscriptions({2, 1}) == 1);
    CHECK(TcpPeer(world.port()).closed());
    options.max_subscriptions = 2;
    options.max_connections = 2;
    reconfigure(world, options);
    CHECK(eventually([&] { return subscriptions({2, 1}) == 2; }));
    const OurAgent another(world.port());
}
