#include "lb/policies/adaptive.hpp"

#include "../world.hpp"

#include <set>

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

class AdaptiveWorld : public World {
public:
    explicit AdaptiveWorld(int nodes, const AdaptiveOptions& options = {})
        : World(nodes, Adaptive::factory(options)) {}

    /// Everybody has answered calls of a millisecond.
    void warm_up(int nodes) {
        for (int i = 1; i <= nodes; ++i) report(i, CallOutcome::success, 1, 1ms);
    }
    const Transition& last() const { return transitions.back(); }
};

CallOutcome success(const Endpoint& /*endpoint*/) {
    return CallOutcome::success;
}

/// Calls to these fail.
auto failing(std::set<int> nodes) {
    return [nodes = std::move(nodes)](const Endpoint& endpoint) {
        for (const auto each : nodes) {
            if (endpoint == node(each)) return CallOutcome::failure;
        }
        return CallOutcome::success;
    };
}

int sum(const std::map<Endpoint, int>& picked, const std::set<int>& nodes) {
    int all = 0;
    for (const auto each : nodes) {
        const auto found = picked.find(node(each));
        if (found != picked.end()) all += found->second;
    }
    return all;
}

}  // namespace

TEST_CASE("equal endpoints get equal shares") {
    AdaptiveWorld world(10);
    const auto picked = world.calls(10'000, success);
    for (int i = 1; i <= 10; ++i) CHECK(picked.at(node(i)) == Approx(1000).epsilon(0.15));
}

TEST_CASE("noise in the latencies leaves no endpoint without calls") {
    AdaptiveWorld world(3);
    for (int second = 0; second < 100; ++second) {
        std::map<Endpoint, int> picked;
        for (int i = 0; i < 300; ++i) {
            world.now += 3ms;
            const auto endpoint = world.pick().endpoint;
            ++picked[endpoint];
            const std::chrono::microseconds took(700 + world.random() % 600);
            world.balancer.report(endpoint, {CallOutcome::success, took}, world.now);
        }
        for (int i = 1; i <= 3; ++i) CHECK(picked[node(i)] > 50);
    }
}

TEST_CASE("shares follow the weights, idle or busy") {
    World world(0, Adaptive::factory(AdaptiveOptions{}));
    auto route = route_of(10);
    for (std::size_t i = 0; i < 5; ++i) route.endpoints[i].weight = 300;
    world.balancer.update(route, world.now);
    const std::set<int> heavy{1, 2, 3, 4, 5};
    const auto idle = world.calls(10'000, success);
    CHECK(sum(idle, heavy) == Approx(7500).epsilon(0.05));
    const auto busy = world.picks(10'000);  // none of them is reported
    CHECK(sum(busy, heavy) == Approx(7500).epsilon(0.03));
}

TEST_CASE("the faster of two is chosen, until it has more calls in flight") {
    AdaptiveWorld world(2);
    for (int i = 0; i < 60; ++i) {
        world.report(1, CallOutcome::success, 1, 1ms);
        world.report(2, CallOutcome::success, 1, 4ms);
    }
    const auto picked = world.picks(12);
    CHECK(picked.at(node(1)) >= 7);
    CHECK(picked.count(node(2)) == 1);
}

TEST_CASE("failures in a row eject, and the event says who, why and for how long") {
    AdaptiveWorld world(4);
    world.warm_up(4);
    world.fail(2, 4);
    CHECK(world.state(2) == State::healthy);
    world.fail(2);
    CHECK(world.state(2) == State::ejected);
    CHECK(
        describe(world.last()) ==
        "10.0.0.2:80 healthy -> ejected for at most 1.0 s: 5 failures in a row (limit 5)"
    );
    CHECK(world.picks(500).count(node(2)) == 0);
}

TEST_CASE("one failure ejects where one is the limit") {
    AdaptiveOptions options;
    options.health.consecutive_failures = 1;
    AdaptiveWorld world(4, options);
    world.warm_up(4);
    world.fail(2);
    CHECK(world.state(2) == State::ejected);
}

TEST_CASE("calls that take no time by the caller's clock are shared evenly") {
    AdaptiveWorld world(4);
    for (int i = 0; i < 4000; ++i) {
        world.now += 1ms;
        world.balancer.report(world.pick().endpoint, {CallOutcome::success, 0us}, world.now);
    }
    for (int i = 1; i <= 4; ++i) CHECK(world.view(i).latency_us == 1);
    const auto picked = world.calls(4000, success);
    for (int i = 1; i <= 4; ++i) CHECK(picked.at(node(i)) == Approx(1000).epsilon(0.2));
}

TEST_CASE("an error rate ejects once there are enough calls") {
    AdaptiveWorld world(4);
    const auto alternate = [&world](int times) {
        for (int i = 0; i < times; ++i) {
            for (const auto other : {1, 3, 4}) world.succeed(other, 10);
            world.fail(2, 2);
            world.succeed(2);
        }
    };
    alternate(6);
    CHECK(world.state(2) == State::healthy);
    alternate(1);
    REQUIRE(world.state(2) == State::ejected);
    CHECK(world.last().cause == Cause::error_rate);
    CHECK(world.last().value == Approx(0.67).margin(0.04));
}

TEST_CASE("when a whole module fails now and then, calls aren't crowded on a few endpoints") {
    AdaptiveWorld world(10);
    const auto third = [&world](const Endpoint& /*endpoint*/) {
        return world.random() % 10 < 3 ? CallOutcome::failure : CallOutcome::success;
    };
    world.calls(2000, third);
    std::uint64_t ejected = 0;
    std::map<Endpoint, int> picked;
    for (int i = 0; i < 60'000; ++i) {
        for (const auto& [endpoint, count] : world.calls(1, third)) picked[endpoint] += count;
        for (int each = 1; each <= 10; ++each) ejected += suspended(world.state(each));
    }
    CHECK(double(ejected) / (60'000 * 10) < 0.05);  // of the time
    for (const auto& [endpoint, count] : picked) CHECK(count == Approx(6000).epsilon(0.3));
}

TEST_CASE("slow calls now and then eject nobody") {
    AdaptiveWorld world(10);
    for (int round = 0; round < 1000; ++round) {
        const bool slow = round % 3 == 0;
        for (int i = 1; i <= 10; ++i) {
            world.report(i, CallOutcome::success, 1, slow && i == 3 ? 1000ms : 1ms);
        }
    }
    CHECK(world.transitions.empty());
}

TEST_CASE("a latency far above the module's ejects") {
    AdaptiveWorld world(10);
    for (int round = 0; round < 30; ++round) {
        world.now += 40ms;
        for (int i = 1; i <= 10; ++i) world.report(i, CallOutcome::success, 1, i == 3 ? 40ms : 1ms);
    }
    REQUIRE(world.state(3) == State::ejected);
    CHECK(world.last().cause == Cause::latency);
    CHECK(world.last().value > world.last().limit);
    CHECK(world.transitions.size() == 1);
}

TEST_CASE("a module with few calls notices a dead endpoint") {
    AdaptiveWorld world(3);
    world.fail(2);
    world.now += 499ms;
    CHECK(world.picks(3).count(node(2)) == 0);
    world.now += 1ms;
    CHECK(world.picks(3)[node(2)] == 1);  // nobody would choose it
    CHECK(world.state(2) == State::healthy);
    world.fail(2);
    CHECK(world.state(2) == State::ejected);
    CHECK(world.last().cause == Cause::failing_for);
}

TEST_CASE("with 100 calls a second a dead endpoint of ten has at most 1 % of the next second's") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        AdaptiveWorld world(10);
        world.random = Random(seed);
        const auto call = [&](int times, const std::set<int>& dead) {
            int to_dead = 0;
            for (int i = 0; i < times; ++i) {
                world.now += 10ms;
                const auto picked = world.pick().endpoint;
                const auto outcome = failing(dead)(picked);
                to_dead += outcome == CallOutcome::failure;
                world.balancer.report(picked, {outcome, 1ms}, world.now);
            }
            return to_dead;
        };
        call(1000, {});
        call(100, {4});
        CHECK(call(100, {4}) <= 1);
        CHECK(call(3000, {4}) <= 15);
    }
}

TEST_CASE("an ejected endpoint is tried by single calls, and comes back when they succeed") {
    AdaptiveWorld world(4);
    world.warm_up(4);
    world.fail(2, 5);
    world.now += 999ms;
    CHECK(world.picks(200).count(node(2)) == 0);
    world.now += 1ms;
    CHECK(world.picks(200).at(node(2)) == 1);
    CHECK(world.state(2) == State::half_open);
    world.succeed(2);
    CHECK(world.picks(200).at(node(2)) == 1);
    CHECK(world.state(2) == State::half_open);
    world.succeed(2);
    CHECK(world.state(2) == State::slow_start);
    CHECK(world.last().cause == Cause::probes_succeeded);
    world.now += 10s;
    world.balancer.advance(world.now);
    CHECK(world.state(2) == State::healthy);
}

TEST_CASE("each further ejection takes up to twice as long, and no longer than the longest") {
    AdaptiveWorld world(4);
    world.warm_up(4);
    world.fail(2, 5);
    std::vector<double> seconds{std::chrono::duration<double>(world.last().lasts).count()};
    for (int i = 0; i < 8; ++i) {
        world.now += world.last().lasts;
        CHECK(world.picks(10).at(node(2)) == 1);
        world.fail(2);
        REQUIRE(world.last().cause == Cause::probe_failed);
        seconds.push_back(std::chrono::duration<double>(world.last().lasts).count());
    }
    const std::vector<double> max{1, 2, 4, 8, 16, 32, 60, 60, 60};
    CHECK(seconds[0] == 1);
    for (std::size_t i = 0; i < max.size(); ++i) {
        CHECK(seconds[i] <= max[i]);
        CHECK(seconds[i] >= max[i] / 2);
    }
}

TEST_CASE("an endpoint that was well for long is first ejected briefly again") {
    AdaptiveWorld world(4);
    world.warm_up(4);
    const auto eject_and_return = [&world] {
        world.fail(2, 5);
        const auto lasted = world.last().lasts;
        world.now += lasted;
        for (int i = 0; i < 2; ++i) {
            CHECK(world.picks(10).at(node(2)) == 1);
            world.succeed(2);
        }
        world.now += 10s;
        world.balancer.advance(world.now);
        return lasted;
    };
    CHECK(eject_and_return() == 1s);
    CHECK(eject_and_return() > 1s);
    world.now += 61s;
    CHECK(eject_and_return() == 1s);
}

TEST_CASE("a late answer to a call of before the ejection doesn't bring an endpoint back") {
    AdaptiveWorld world(4);
    world.fail(2, 5);
    world.succeed(2, 10);
    CHECK(world.state(2) == State::ejected);
}

TEST_CASE("a try that nobody reports is made again") {
    AdaptiveWorld world(4);
    world.warm_up(4);
    world.fail(2, 5);
    for (int i = 0; i < 3; ++i) {
        world.now += 1s;
        CHECK(world.picks(50).at(node(2)) == 1);
    }
}

TEST_CASE("tries are rationed by time, over all broken endpoints") {
    AdaptiveWorld world(20);
    world.warm_up(20);
    const std::set<int> dead{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    world.calls(3000, failing(dead));
    world.transitions.clear();
    const auto picked = world.calls(10'000, failing(dead));  // in ten seconds
    CHECK(sum(picked, dead) <= 100);
    CHECK(sum(picked, dead) >= 10);
}

TEST_CASE("where calls are many a broken endpoint is tried before its time") {
    AdaptiveWorld world(4);
    world.warm_up(4);
    world.fail(2, 5);
    CHECK(world.picks(999).count(node(2)) == 0);
    CHECK(world.picks(1)[node(2)] == 1);
    world.fail(2);
    CHECK(world.last().cause == Cause::probe_failed);
    world.now += 100ms;
    CHECK(world.picks(999).count(node(2)) == 0);
    CHECK(world.picks(1)[node(2)] == 1);
}

TEST_CASE("when one comes back, the others that are broken are tried at once") {
    AdaptiveWorld world(10);
    world.warm_up(10);
    const std::set<int> dead{1, 2, 3, 4, 5};
    world.calls(30'000, failing(dead));
    int calls = 0;
    for (const auto returned =
             [&] {
                 int all = 0;
                 for (const auto each : dead) all += world.state(each) == State::slow_start;
                 return all;
             };
         returned() < 5;
         ++calls) {
        if (returned() == 0) calls = 0;
        world.calls(1, success);
    }
    CHECK(calls < 100);  // a millisecond each; alone each would have waited for seconds
}

TEST_CASE("below the panic threshold health is ignored, and who recovers is found at once") {
    AdaptiveWorld world(8);
    world.warm_up(8);
    for (int i = 1; i <= 7; ++i) world.fail(i, 5);
    CHECK(world.picks(2000).size() == 8);
    // Two successes while the module panics are as good as tries.
    world.succeed(1, 2);
    CHECK(world.state(1) == State::slow_start);
    world.succeed(2, 2);
    // Three of eight serve: no panic.
    CHECK(world.picks(2000).size() <= 4);
}

TEST_CASE("when all are dead calls go on, and no OVERLOAD is answered") {
    AdaptiveWorld world(5);
    const auto picked = world.calls(1000, failing({1, 2, 3, 4, 5}));
    CHECK(picked.size() == 5);
}

TEST_CASE("one endpoint is always picked") {
    AdaptiveWorld world(1);
    CHECK(world.calls(100, failing({1})).at(node(1)) == 100);
    CHECK(world.calls(100, success).at(node(1)) == 100);
}

TEST_CASE("an endpoint that joins a module in use starts slowly") {
    AdaptiveWorld world(9);
    CHECK(world.transitions.empty());  // none does in a module that is new itself
    world.calls(1000, success);
    world.balancer.update(route_of(10), world.now);
    CHECK(world.state(10) == State::slow_start);
    CHECK(world.last().cause == Cause::joined);
    std::vector<int> shares;
    for (int i = 0; i < 10; ++i) shares.push_back(world.calls(1000, success)[node(10)]);
    CHECK(shares.front() < 40);
    CHECK(shares.back() > 75);
    for (const auto share : shares) CHECK(share < 130);
    world.calls(10, success);
    world.balancer.advance(world.now);
    CHECK(world.state(10) == State::healthy);
}

TEST_CASE("an endpoint removed while ejected starts slowly when it is added again") {
    AdaptiveWorld world(4);
    world.calls(1000, success);
    world.fail(4, 5);
    world.balancer.update(route_of(3), world.now);
    world.balancer.update(route_of(4), world.now);
    CHECK(world.state(4) == State::slow_start);
    CHECK(world.view(4).load.failure_rate == 0);
}

TEST_CASE("a change of the route keeps who is ejected, wherever its slot moves") {
    AdaptiveWorld world(10);
    world.calls(1000, success);
    world.fail(7, 5);
    auto route = route_of(12);
    route.endpoints.erase(route.endpoints.begin(), route.endpoints.begin() + 4);
    world.balancer.update(route, world.now);
    CHECK(world.state(7) == State::ejected);
    CHECK(world.picks(300).count(node(7)) == 0);
    world.now += 1s;
    CHECK(world.picks(300).at(node(7)) == 1);
}

TEST_CASE("without slow start an endpoint is back at once") {
    AdaptiveOptions options;
    options.health.slow_start = 0ms;
    options.health.probes = 1;
    AdaptiveWorld world(4, options);
    world.warm_up(4);
    world.fail(2, 5);
    world.now += 1s;
    world.picks(10);
    world.succeed(2);
    CHECK(world.state(2) == State::healthy);
}

TEST_CASE("endpoints that fail at once don't look fast") {
    AdaptiveWorld world(10);
    const std::set<int> bad{1, 2};
    int to_bad = 0;
    for (int i = 0; i < 20'000; ++i) {
        world.now += 100us;
        const auto picked = world.pick().endpoint;
        const auto outcome = failing(bad)(picked);
        to_bad += outcome == CallOutcome::failure;
        const auto took = outcome == CallOutcome::failure ? 10us : 5000us;
        world.balancer.report(picked, {outcome, took}, world.now);
    }
    CHECK(to_bad < 20'000 / 100);
}
