#include "lb/policies/consistent_hash.hpp"

#include "../world.hpp"
#include "lb/catalog.hpp"

#include <map>
#include <vector>

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

PolicyFactory hashing(double max_load = 1.25) {
    Defaults defaults;
    defaults.consistent_hash.max_load = max_load;
    return policy_factory({"consistent_hash", {}}, defaults);
}

/// One call of that key, over before the next begins.
Endpoint call(World& world, std::uint64_t key, CallOutcome outcome = CallOutcome::success) {
    const auto pick = world.balancer.pick({.hash_key = key}, world.now, world.random);
    REQUIRE(pick.code == ReturnCode::succ);
    world.now += 10us;
    world.balancer.report(pick.endpoint, {outcome, 10us}, world.now);
    return pick.endpoint;
}

std::vector<Endpoint> owners(World& world, int keys) {
    std::vector<Endpoint> all;
    for (int key = 0; key < keys; ++key) all.push_back(call(world, std::uint64_t(key)));
    return all;
}

EndpointTable table_of(const Route& route) {
    return EndpointTable(route);
}

}  // namespace

TEST_CASE("calls of a key go to one endpoint, on every host", "[consistent_hash]") {
    World world(10, hashing());
    World other(10, hashing());
    other.random = Random(7);
    const auto first = owners(world, 1'000);
    CHECK(first == owners(world, 1'000));
    CHECK(first == owners(other, 1'000));
}

TEST_CASE("places are shared by weight", "[consistent_hash]") {
    auto route = route_of(100);
    for (std::size_t i = 0; i < 50; ++i) route.endpoints[i].weight = 300;
    const auto table = table_of(route);
    const HashTable places(table);
    CHECK(places.size() == 12'809);
    double heavy = 0;
    for (std::uint64_t key = 0; key < 200'000; ++key) heavy += places.owner(key) < 50;
    CHECK(heavy / 200'000 == Approx(0.75).epsilon(0.02));
}

TEST_CASE("only the keys of an endpoint that goes or comes move", "[consistent_hash]") {
    const auto route = route_of(100);
    const auto table = table_of(route);
    const HashTable before(table);
    for (std::size_t gone : {0U, 17U, 99U}) {
        auto less = route;
        less.endpoints.erase(less.endpoints.begin() + static_cast<std::ptrdiff_t>(gone));
        const auto other = table_of(less);
        const HashTable after(other);
        for (std::uint64_t key = 0; key < 20'000; ++key) {
            const auto& was = table.endpoint(before.owner(key));
            if (was == route.endpoints[gone].endpoint) continue;
            REQUIRE(other.endpoint(after.owner(key)) == was);
        }
    }
}

TEST_CASE("an ejected endpoint's keys spread over the others and return", "[consistent_hash]") {
    World world(10, hashing());
    const auto before = owners(world, 900);
    const auto broken = before[0];
    for (int i = 0; i < 5; ++i) {
        world.balancer.report(broken, {CallOutcome::failure, {}}, world.now);
    }
    const auto during = owners(world, 900);
    std::map<Endpoint, int> took;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i] != broken) REQUIRE(during[i] == before[i]);
        if (before[i] == broken) ++took[during[i]];
    }
    CHECK(took.count(broken) == 0);
    CHECK(took.size() == 9);
    for (int i = 0; i < 40; ++i) {
        world.now += 1s;
        owners(world, 200);
    }
    CHECK(owners(world, 900) == before);
}

TEST_CASE("only calls of its own keys try a broken endpoint", "[consistent_hash]") {
    World world(10, hashing());
    const auto before = owners(world, 500);
    const auto broken = before[0];
    for (int i = 0; i < 5; ++i) {
        world.balancer.report(broken, {CallOutcome::failure, {}}, world.now);
    }
    int tries = 0;
    for (int i = 0; i < 20; ++i) {
        world.now += 1s;
        for (std::uint64_t key = 0; key < 500; ++key) {
            const auto pick = world.balancer.pick({.hash_key = key}, world.now, world.random);
            const auto outcome =
                pick.endpoint == broken ? CallOutcome::failure : CallOutcome::success;
            world.balancer.report(pick.endpoint, {outcome, 10us}, world.now);
            world.now += 10us;
            if (before[key] != broken) REQUIRE(pick.endpoint == before[key]);
            tries += pick.endpoint == broken;
        }
    }
    CHECK(tries > 2);
    CHECK(tries < 40);
}

TEST_CASE("no endpoint has more than its part of the calls in flight", "[consistent_hash]") {
    World world(20, hashing());
    std::map<Endpoint, int> in_flight;
    int all = 0;
    for (int i = 0; i < 4'000; ++i) {
        // Half of all calls have one key.
        const auto key = i % 2 == 0 ? 42U : world.random();
        const auto pick = world.balancer.pick({.hash_key = key}, world.now, world.random);
        ++all;
        ++in_flight[pick.endpoint];
    }
    for (const auto& [endpoint, count] : in_flight) CHECK(count <= 1.25 * all / 20 + 2);
    // A call that is the only one stays where its key belongs.
    World idle(20, hashing());
    CHECK(owners(idle, 1) == owners(idle, 1));
}

TEST_CASE("a selector and endpoints left out hold for keys, too", "[consistent_hash]") {
    World world(30, hashing());
    auto route = route_of(30);
    for (std::size_t i = 0; i < 30; i += 3) route.endpoints[i].tags = "version=2";
    canonicalize(route);
    world.balancer.update(route, world.now);
    const auto pick = [&](PickContext context, std::uint64_t key) {
        context.hash_key = key;
        return world.balancer.pick(context, world.now, world.random).endpoint;
    };
    std::map<Endpoint, int> picked;
    for (std::uint64_t key = 0; key < 1'000; ++key) {
        const auto owner = pick({.select = "version=2"}, key);
        CHECK(owner == pick({.select = "version=2"}, key));
        ++picked[owner];
        const std::vector<Endpoint> exclude{owner};
        const auto second = pick({.select = "version=2", .exclude = exclude}, key);
        CHECK(second != owner);
    }
    CHECK(picked.size() == 10);
    for (const auto& [endpoint, count] : picked) CHECK(count > 50);
}

TEST_CASE("calls without a key go anywhere", "[consistent_hash]") {
    World world(10, hashing());
    const auto picked = world.picks(2'000);
    CHECK(picked.size() == 10);
}
