#include "../world.hpp"
#include "lb/policies/least_request.hpp"
#include "lb/policies/round_robin.hpp"
#include "lb/policies/weighted_round_robin.hpp"

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

/// Nodes of weight 1, 2, … n.
Route rising_weights(int nodes) {
    auto route = route_of(nodes);
    for (std::uint32_t i = 0; i < route.endpoints.size(); ++i) route.endpoints[i].weight = i + 1;
    return route;
}

}  // namespace

TEST_CASE("round robin gives each its turn, and goes on after a change of the route") {
    World world(3, factory_of<RoundRobin>());
    auto picked = world.picks(300);
    for (int i = 1; i <= 3; ++i) CHECK(picked[node(i)] == 100);
    world.balancer.update(route_of(2), world.now);
    picked = world.picks(300);
    for (int i = 1; i <= 2; ++i) CHECK(picked[node(i)] == 150);
}

TEST_CASE("hosts don't all begin with the same endpoint") {
    std::map<Endpoint, int> firsts;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        World world(5, factory_of<RoundRobin>());
        world.random = Random(seed);
        ++firsts[world.pick().endpoint];
    }
    CHECK(firsts.size() == 5);
}

TEST_CASE("weighted round robin gives turns exactly by weight, and spreads them") {
    World world(0, factory_of<WeightedRoundRobin>());
    world.balancer.update(rising_weights(4), world.now);
    const auto picked = world.picks(1000);
    for (int i = 1; i <= 4; ++i) CHECK(std::abs(picked.at(node(i)) - 100 * i) <= 1);
    // The heaviest, with four turns of ten, never waits for more than three others.
    int waited = 0;
    for (int i = 0; i < 1000; ++i) {
        waited = world.pick().endpoint == node(4) ? 0 : waited + 1;
        CHECK(waited <= 3);
    }
}

TEST_CASE("least request prefers who has fewer calls in flight") {
    World world(2, factory_of<LeastRequest>());
    const auto picked = world.picks(100);  // none of them is reported
    CHECK(picked.at(node(1)) == 50);
    CHECK(picked.at(node(2)) == 50);
}

TEST_CASE("least request keeps calls in flight in proportion to the weights") {
    World world(0, factory_of<LeastRequest>());
    world.balancer.update(rising_weights(4), world.now);
    const auto picked = world.picks(10'000);
    for (int i = 1; i <= 4; ++i) CHECK(picked.at(node(i)) == Approx(1000 * i).epsilon(0.02));
}

TEST_CASE("every policy leaves out endpoints of weight 0, and still takes their reports") {
    const auto policies = [] {
        std::vector<PolicyFactory> all;
        all.push_back(factory_of<RoundRobin>());
        all.push_back(factory_of<WeightedRoundRobin>());
        all.push_back(factory_of<LeastRequest>());
        return all;
    };
    for (const auto& factory : policies()) {
        World world(0, factory);
        auto route = route_of(20);
        route.endpoints[4].weight = 0;
        world.balancer.update(route, world.now);
        CHECK(world.picks(1000).count(node(5)) == 0);
        CHECK(world.balancer.report(node(5), {CallOutcome::failure, {}}, world.now));
        CHECK(world.view(5).failures == 1);
        CHECK(world.view(5).weight == 0);
    }
}
