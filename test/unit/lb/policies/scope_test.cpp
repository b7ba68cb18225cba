#include "../world.hpp"
#include "lb/catalog.hpp"

#include <algorithm>

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

/// Nodes 1 to `nodes`; every third has version=2.
Route tagged_route(int nodes) {
    auto route = route_of(nodes);
    for (std::size_t i = 2; i < route.endpoints.size(); i += 3) {
        route.endpoints[i].tags = "version=2";
    }
    canonicalize(route);
    return route;
}

std::map<Endpoint, int> picks(World& world, const PickContext& context, int count) {
    std::map<Endpoint, int> picked;
    for (int i = 0; i < count; ++i) {
        const auto each = world.balancer.pick(context, world.now, world.random);
        REQUIRE(each.code == ReturnCode::succ);
        ++picked[each.endpoint];
        world.balancer.report(each.endpoint, {CallOutcome::success, 1ms}, world.now);
        world.now += 100us;
    }
    return picked;
}

PolicyFactory policy(std::string_view name) {
    return policy_factory({std::string(name), {}}, {});
}

std::vector<std::string> all_policies() {
    std::vector<std::string> names;
    for (const auto& each : catalog()) names.emplace_back(each.name);
    return names;
}

}  // namespace

TEST_CASE("a selector chooses of those that have the tag", "[scope]") {
    for (const auto& name : all_policies()) {
        for (const int nodes : {6, 90}) {
            INFO(name << ", " << nodes << " nodes");
            World world(1, policy(name));
            world.balancer.update(tagged_route(nodes), world.now);
            const auto picked = picks(world, {.select = "version=2"}, 300 * nodes);
            CHECK(picked.size() == std::size_t(nodes) / 3);
            for (int i = 3; i <= nodes; i += 3) {
                CHECK(picked.at(node(i)) > 600);
                CHECK(picked.at(node(i)) < 1'300);
            }
            const auto none = world.balancer.pick({.select = "version=3"}, world.now, world.random);
            CHECK(none.code == ReturnCode::noexist);
        }
    }
}

TEST_CASE("a selector follows the route", "[scope]") {
    World world(6, policy("adaptive"));
    const PickContext context{.select = "version=2"};
    CHECK(world.balancer.pick(context, world.now, world.random).code == ReturnCode::noexist);
    world.balancer.update(tagged_route(6), world.now);
    CHECK(picks(world, context, 100).size() == 2);
    world.balancer.use(policy("least_request"), world.now);
    CHECK(picks(world, context, 100).size() == 2);
    auto route = tagged_route(6);
    route.endpoints.erase(route.endpoints.begin() + 2);
    world.balancer.update(route, world.now);
    CHECK(picks(world, context, 100) == std::map<Endpoint, int>{{node(6), 100}});
    world.balancer.update(route_of(6), world.now);
    CHECK(world.balancer.pick(context, world.now, world.random).code == ReturnCode::noexist);
}

TEST_CASE("endpoints that are left out aren't picked", "[scope]") {
    for (const auto& name : all_policies()) {
        for (const int nodes : {2, 3, 9, 17, 100}) {
            INFO(name << ", " << nodes << " nodes");
            World world(nodes, policy(name));
            std::vector<Endpoint> exclude;
            for (int i = 1; i < std::min(nodes, 9); ++i) exclude.push_back(node(i));
            const auto picked = picks(world, {.exclude = exclude, .attempt = 1}, 2'000);
            CHECK(picked.size() == std::size_t(nodes) - exclude.size());
            for (const auto& each : exclude) CHECK(picked.count(each) == 0);
        }
    }
}

TEST_CASE("when all are left out the answer is overload", "[scope]") {
    for (const auto& name : all_policies()) {
        INFO(name);
        World world(1, policy(name));
        world.balancer.update(tagged_route(6), world.now);
        const std::vector<Endpoint> exclude{node(3), node(3), node(6), node(77)};
        const auto pick = [&](const PickContext& context) {
            return world.balancer.pick(context, world.now, world.random).code;
        };
        CHECK(pick({.select = "version=2", .exclude = exclude}) == ReturnCode::overload);
        CHECK(pick({.exclude = exclude}) == ReturnCode::succ);
        std::vector<Endpoint> all;
        for (int i = 1; i <= 6; ++i) all.push_back(node(i));
        CHECK(pick({.exclude = all}) == ReturnCode::overload);
    }
}

TEST_CASE("more endpoints to leave out than a call may count for nothing", "[scope]") {
    World world(10, policy("adaptive"));
    std::vector<Endpoint> exclude;
    for (int i = 1; i <= 10; ++i) exclude.push_back(node(i));
    const auto picked = picks(world, {.exclude = exclude}, 200);
    CHECK(picked.size() == 2);
    CHECK(picked.count(node(9)) == 1);
    CHECK(picked.count(node(10)) == 1);
}

TEST_CASE("a broken endpoint of a subset is left and comes back", "[scope]") {
    World world(1, policy("adaptive"));
    world.balancer.update(tagged_route(9), world.now);
    const PickContext context{.select = "version=2"};
    world.fail(3, 5);
    REQUIRE(world.state(3) == State::ejected);
    const auto broken = picks(world, context, 900);  // all are within its first ejection
    CHECK(broken.count(node(3)) == 0);
    CHECK(broken.size() == 2);
    for (int i = 0; i < 20; ++i) {
        world.now += 1s;
        picks(world, context, 100);
    }
    CHECK(world.state(3) == State::healthy);
    CHECK(picks(world, context, 900).at(node(3)) > 200);
}

TEST_CASE("calls that may not have a broken endpoint don't try it", "[scope]") {
    World world(1, policy("adaptive"));
    world.balancer.update(tagged_route(9), world.now);
    world.fail(1, 5);
    REQUIRE(world.state(1) == State::ejected);
    for (int i = 0; i < 20; ++i) {
        world.now += 1s;
        CHECK(picks(world, {.select = "version=2"}, 100).count(node(1)) == 0);
    }
    CHECK(world.state(1) == State::ejected);
    world.now += 1s;
    world.pick();
    CHECK(world.state(1) == State::half_open);
}

TEST_CASE("a retry doesn't try what is broken", "[scope]") {
    World world(5, policy("adaptive"));
    world.fail(1, 5);
    REQUIRE(world.state(1) == State::ejected);
    for (int i = 0; i < 20; ++i) {
        world.now += 1s;
        CHECK(picks(world, {.attempt = 1}, 100).count(node(1)) == 0);
    }
}

TEST_CASE("when all others are broken a broken one is picked", "[scope]") {
    World world(3, policy("adaptive"));
    world.fail(1, 5);
    world.fail(2, 5);
    const std::vector<Endpoint> exclude{node(3)};
    const auto pick =
        world.balancer.pick({.exclude = exclude, .attempt = 1}, world.now, world.random);
    CHECK(pick.code == ReturnCode::succ);
    CHECK(pick.endpoint != node(3));
}

TEST_CASE("who understands IPv4 only gets nothing else", "[scope]") {
    for (const auto& name : all_policies()) {
        INFO(name);
        World world(1, policy(name));
        auto route = route_of(3);
        for (int i = 0; i < 30; ++i) {
            Endpoint endpoint{.address = {0x20, 1}, .port = 80};
            endpoint.address[15] = static_cast<std::uint8_t>(i);
            route.endpoints.push_back({endpoint, kDefaultWeight, ""});
        }
        canonicalize(route);
        world.balancer.update(route, world.now);
        const auto picked = picks(world, {.ipv4_only = true}, 300);
        CHECK(picked.size() == 3);
        for (const auto& [endpoint, count] : picked) CHECK(endpoint.is_ipv4());
        CHECK(picks(world, {}, 3'000).size() == 33);
        std::erase_if(route.endpoints, [](const auto& each) { return each.endpoint.is_ipv4(); });
        world.balancer.update(route, world.now);
        const auto none = world.balancer.pick({.ipv4_only = true}, world.now, world.random);
        CHECK(none.code == ReturnCode::noexist);
    }
}
