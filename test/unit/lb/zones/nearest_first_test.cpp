#include "../world.hpp"
#include "lb/catalog.hpp"

#include <set>

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

/// Nodes 1 to n in the zones said, for callers in eu-1/a.
class ZonedWorld : public World {
public:
    explicit ZonedWorld(
        const std::vector<std::string>& zones, std::map<std::string, double> parameters = {}
    )
        : World(1, policy_factory({"adaptive", std::move(parameters)}, {})) {
        balancer.set_zone("eu-1/a");
        set_zones(zones);
    }

    void set_zones(const std::vector<std::string>& zones) {
        auto route = route_of(static_cast<int>(zones.size()));
        for (std::size_t i = 0; i < zones.size(); ++i) route.endpoints[i].zone = zones[i];
        balancer.update(route, now);
    }

    /// Calls of a millisecond, a millisecond apart, that fail at the bad nodes; how many at each.
    std::map<int, int> call(int count, const PickContext& context = {}) {
        std::map<int, int> made;
        for (int i = 0; i < count; ++i) {
            now += 1ms;
            if (i % 50 == 0) balancer.advance(now);
            const auto pick = balancer.pick(context, now, random);
            REQUIRE(pick.code == ReturnCode::succ);
            const auto number = static_cast<int>(pick.endpoint.ipv4() - 0x0A000000U);
            ++made[number];
            levels.insert(pick.nearness);
            const auto outcome =
                bad.count(number) > 0 ? CallOutcome::failure : CallOutcome::success;
            balancer.report(pick.endpoint, {outcome, 1ms}, now);
        }
        return made;
    }
    static int sum(const std::map<int, int>& made, int first, int last) {
        int sum = 0;
        for (int i = first; i <= last; ++i) sum += made.count(i) > 0 ? made.at(i) : 0;
        return sum;
    }

    std::set<int> bad;
    std::set<std::optional<Nearness>> levels;
};

std::vector<std::string> zones(int a, int b, int far) {
    std::vector<std::string> all;
    for (int i = 0; i < a; ++i) all.emplace_back("eu-1/a");
    for (int i = 0; i < b; ++i) all.emplace_back("eu-1/b");
    for (int i = 0; i < far; ++i) all.emplace_back("us-2/a");
    return all;
}

}  // namespace

TEST_CASE("calls go to endpoints of the caller's zone, equally", "[zones]") {
    ZonedWorld world(zones(4, 4, 4));
    const auto made = world.call(10'000);
    CHECK(world.sum(made, 1, 4) > 9'900);
    for (int i = 1; i <= 4; ++i) CHECK(made.at(i) == Approx(2'500).epsilon(0.1));
    CHECK(world.levels.count(Nearness::same_zone) == 1);
}

TEST_CASE("by weight within the zone, whatever the others weigh", "[zones]") {
    for (const int nodes : {4, 40}) {
        INFO(nodes);
        ZonedWorld world({"eu-1/a"});
        auto route = route_of(2 * nodes);
        for (int i = 0; i < 2 * nodes; ++i) {
            auto& each = route.endpoints[static_cast<std::size_t>(i)];
            each.zone = i < nodes ? "eu-1/a" : "eu-1/b";
            each.weight = i % 2 == 0 ? 100 : 300;
        }
        world.balancer.update(route, world.now);
        // They join a module in use, and start slowly.
        world.now += 20s;
        world.balancer.advance(world.now);
        const auto made = world.call(20'000);
        int heavy = 0;
        for (int i = 2; i <= nodes; i += 2) heavy += made.at(i);
        CHECK(world.sum(made, 1, nodes) > 19'800);
        CHECK(heavy == Approx(15'000).epsilon(0.06));
    }
}

TEST_CASE("without one in the zone the region is nearest, and then anywhere", "[zones]") {
    ZonedWorld region(zones(0, 4, 4));
    CHECK(region.sum(region.call(10'000), 1, 4) > 9'900);
    ZonedWorld elsewhere({"us-1/a", "us-2/a", "", ""});
    const auto made = elsewhere.call(8'000);
    for (int i = 1; i <= 4; ++i) CHECK(made.at(i) == Approx(2'000).epsilon(0.15));
    CHECK(elsewhere.levels == std::set<std::optional<Nearness>>{Nearness::elsewhere});
}

TEST_CASE("who knows no zones of endpoints, or none of its own, calls all alike", "[zones]") {
    ZonedWorld nowhere({"", "", "", ""});
    for (const auto& [node, count] : nowhere.call(4'000))
        CHECK(count == Approx(1'000).epsilon(0.15));
    CHECK(nowhere.levels == std::set<std::optional<Nearness>>{std::nullopt});
    ZonedWorld lost(zones(2, 2, 0));
    lost.balancer.set_zone("");
    for (const auto& [node, count] : lost.call(4'000)) CHECK(count == Approx(1'000).epsilon(0.15));
}

TEST_CASE("zone_aware=0 calls all alike, and still knows how near they are", "[zones]") {
    ZonedWorld world(zones(2, 2, 2), {{"zone_aware", 0}});
    for (const auto& [node, count] : world.call(6'000)) CHECK(count == Approx(1'000).epsilon(0.15));
    CHECK(world.levels.size() == 3);
}

TEST_CASE("an agent that moves prefers what is near it now", "[zones]") {
    ZonedWorld world(zones(4, 4, 4));
    world.call(1'000);
    world.balancer.set_zone("us-2/a");
    CHECK(world.sum(world.call(1'000), 9, 12) > 980);
}

TEST_CASE("a zone that dies is left, and comes back slowly", "[zones]") {
    ZonedWorld world(zones(4, 4, 4));
    world.call(2'000);
    world.bad = {1, 2, 3, 4};
    world.call(1'000);
    auto made = world.call(10'000);
    CHECK(world.sum(made, 1, 4) < 100);
    CHECK(world.sum(made, 5, 8) > 9'700);
    world.bad.clear();
    // Tries, then slow starts, and then all calls.
    world.call(20'000);
    made = world.call(10'000);
    CHECK(world.sum(made, 1, 4) > 9'600);
    CHECK(world.state(1) == State::healthy);
}

TEST_CASE("a zone of which half dies keeps seven tenths", "[zones]") {
    ZonedWorld world(zones(4, 4, 4));
    world.call(2'000);
    world.bad = {1, 2};
    world.call(2'000);
    const auto made = world.call(10'000);
    CHECK(world.sum(made, 3, 4) == Approx(7'000).epsilon(0.05));
    CHECK(world.sum(made, 5, 8) == Approx(3'000).epsilon(0.1));
    CHECK(world.sum(made, 9, 12) < 50);
}

TEST_CASE("those that start slowly aren't made to carry their zone", "[zones]") {
    ZonedWorld world(zones(0, 4, 0));
    world.call(1'000);
    world.set_zones({"eu-1/b", "eu-1/b", "eu-1/b", "eu-1/b", "eu-1/a", "eu-1/a"});
    REQUIRE(world.state(5) == State::slow_start);
    // A tenth of their share, 1.4 times.
    CHECK(world.sum(world.call(1'000), 5, 6) < 250);
    world.call(10'000);
    CHECK(world.sum(world.call(1'000), 5, 6) > 980);
}

TEST_CASE("in a panic near and far are called alike", "[zones]") {
    ZonedWorld world(zones(4, 4, 0));
    world.call(2'000);
    world.bad = {1, 2, 3, 4, 5, 6, 7};
    world.call(5'000);
    const auto made = world.call(2'000);
    // One of eight serves: fewer than a quarter.
    CHECK(made.at(8) > 400);
    CHECK(made.size() == 8);
}

TEST_CASE("a retry goes to another of the zone, and then to the next level", "[zones]") {
    ZonedWorld world(zones(2, 2, 2));
    world.call(100);
    const std::vector<Endpoint> first{node(1)};
    const auto second = world.call(500, {.exclude = first, .attempt = 1});
    CHECK(world.sum(second, 2, 2) > 490);
    CHECK(second.count(1) == 0);
    const std::vector<Endpoint> both{node(1), node(2)};
    const auto third = world.call(500, {.exclude = both, .attempt = 2});
    CHECK(world.sum(third, 3, 4) > 490);
    const std::vector<Endpoint> region{node(1), node(2), node(3), node(4)};
    CHECK(world.sum(world.call(500, {.exclude = region, .attempt = 2}), 5, 6) == 500);
}

TEST_CASE("of a tag's endpoints the nearest are called", "[zones]") {
    ZonedWorld world(zones(2, 2, 2));
    auto route = world.balancer.endpoint_table().route();
    for (const std::size_t i : {1, 3, 5}) route.endpoints[i].tags = "version=2";
    world.balancer.update(route, world.now);
    CHECK(world.sum(world.call(1'000, {.select = "version=2"}), 2, 2) > 980);
    world.bad = {2};
    world.call(2'000, {.select = "version=2"});
    const auto made = world.call(2'000, {.select = "version=2"});
    CHECK(world.sum(made, 4, 4) > 1'900);
    CHECK(world.sum(made, 6, 6) < 20);
}

TEST_CASE("far endpoints aren't ejected for the length of the way", "[zones]") {
    // Ten times the module's latency is slow, and the way is forty times.
    ZonedWorld world(zones(2, 0, 2));
    // Some calls may go nowhere else.
    const std::vector<Endpoint> near{node(1), node(2)};
    for (int i = 0; i < 20'000; ++i) {
        world.now += 1ms;
        PickContext context;
        if (i % 20 == 0) context.exclude = near;
        const auto pick = world.balancer.pick(context, world.now, world.random);
        const bool far = pick.nearness == Nearness::elsewhere;
        world.balancer.report(pick.endpoint, {CallOutcome::success, far ? 40ms : 1ms}, world.now);
    }
    for (int i = 1; i <= 4; ++i) CHECK(world.state(i) == State::healthy);
}

TEST_CASE("one far endpoint that is slower than its level is", "[zones]") {
    ZonedWorld world(zones(2, 0, 6));
    const std::vector<Endpoint> near{node(1), node(2)};
    for (int i = 0; i < 20'000; ++i) {
        world.now += 1ms;
        PickContext context;
        if (i % 5 == 0) context.exclude = near;
        const auto pick = world.balancer.pick(context, world.now, world.random);
        auto took = pick.nearness == Nearness::elsewhere ? 20ms : 1ms;
        if (pick.endpoint == node(3) && i > 5'000) took = 2s;
        world.balancer.report(pick.endpoint, {CallOutcome::success, took}, world.now);
    }
    CHECK(suspended(world.state(3)));
    CHECK(world.state(4) == State::healthy);
}
