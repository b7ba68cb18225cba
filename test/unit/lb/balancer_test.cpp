#include "lb/balancer.hpp"

#include "lb/catalog.hpp"
#include "world.hpp"

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

PolicyFactory policy(const std::string& name) {
    return policy_factory({name, {}}, {});
}

}  // namespace

TEST_CASE("an endpoint is found among any number of others") {
    for (const int count : {1, 8, 9, 100, 5000}) {
        World world(count, policy("round_robin"));
        for (int i = 1; i <= count; ++i) {
            CHECK(world.balancer.report(node(i), {CallOutcome::failure, {}}, world.now));
        }
        CHECK_FALSE(world.balancer.report(node(count + 1), {}, world.now));
        int once = 0;
        world.balancer.visit([&once](const EndpointView& each) { once += each.failures == 1; });
        CHECK(once == count);
    }
}

TEST_CASE("a report of an endpoint that isn't in the route changes nothing") {
    for (const auto& each : catalog()) {
        World world(3, policy(std::string(each.name)));
        for (int i = 0; i < 100; ++i) {
            const Call failed{CallOutcome::failure, {}};
            CHECK_FALSE(world.balancer.report(node(9), failed, world.now));
        }
        CHECK(world.transitions.empty());
        CHECK(world.picks(300).size() == 3);
    }
}

TEST_CASE("feedback stays with the endpoints that stay") {
    for (const auto& each : catalog()) {
        World world(20, policy(std::string(each.name)));
        world.report(7, CallOutcome::success, 3, 5ms);
        auto route = route_of(30);
        route.endpoints.erase(route.endpoints.begin(), route.endpoints.begin() + 5);
        world.balancer.update(route, world.now);
        CHECK(world.view(7).successes == 3);
        CHECK(world.view(7).latency_us == 5000);
        CHECK(world.view(8).successes == 0);
    }
}

TEST_CASE("a change of policy keeps feedback, and who was held for broken") {
    World world(10, policy("classic"));
    for (int i = 1; i <= 10; ++i) world.report(i, CallOutcome::success, 5, 3ms);
    world.fail(4, 15);
    REQUIRE(world.state(4) == State::overload);
    world.transitions.clear();

    world.balancer.use(policy("adaptive"), world.now);
    CHECK(world.balancer.policy().name() == "adaptive");
    CHECK(world.view(1).latency_us == 3000);
    CHECK(world.state(4) == State::ejected);
    CHECK(world.state(5) == State::healthy);
    REQUIRE(world.transitions.size() == 1);
    CHECK(world.transitions[0].cause == Cause::inherited);
    CHECK(world.picks(500).count(node(4)) == 0);

    world.balancer.use(policy("classic"), world.now);
    CHECK(world.state(4) == State::overload);
    CHECK(world.state(5) == State::idle);
    CHECK(world.view(1).latency_us == 3000);
}

TEST_CASE("policies can be changed at any time, also without a route") {
    World world(0, policy("adaptive"));
    for (const auto& each : catalog()) {
        world.balancer.use(policy(std::string(each.name)), world.now);
        CHECK(world.pick().code == ReturnCode::noexist);
        world.balancer.update(route_of(3), world.now);
        CHECK(world.picks(300).size() == 3);
        world.balancer.update(Route{}, world.now);
    }
}

TEST_CASE("when every weight is 0, all are picked") {
    for (const auto& each : catalog()) {
        World world(0, policy(std::string(each.name)));
        world.balancer.update(route_of(12, 0), world.now);
        CHECK(world.picks(2000).size() == 12);
    }
}

TEST_CASE("a drained endpoint gets no calls, and begins anew when it is back") {
    for (const auto& each : catalog()) {
        World world(4, policy(std::string(each.name)));
        world.picks(100);
        auto route = route_of(4);
        route.endpoints[1].weight = 0;
        world.balancer.update(route, world.now);
        CHECK(world.picks(1000).count(node(2)) == 0);
        CHECK(world.balancer.report(node(2), {}, world.now));
        world.balancer.update(route_of(4), world.now);
        CHECK(world.picks(1000).count(node(2)) == 1);
    }
}

TEST_CASE("no policy minds a clock that stands still, goes back or jumps") {
    for (const auto& each : catalog()) {
        World world(5, policy(std::string(each.name)));
        const auto outcome = [&world](const Endpoint&) {
            return world.random() % 2 == 0 ? CallOutcome::success : CallOutcome::failure;
        };
        const auto begin = world.now;
        for (const Time moment : {begin, begin - 1h, begin + 24h * 3650, begin, Time::zero()}) {
            world.now = moment;
            world.picks(50);
            for (int i = 1; i <= 5; ++i) world.report(i, outcome(node(i)), 1);
            world.balancer.advance(world.now);
        }
        // A day later all is well, and everybody gets calls again.
        world.now = begin + 24h * 3651;
        world.balancer.advance(world.now);
        const auto well = [](const Endpoint&) { return CallOutcome::success; };
        CHECK(world.calls(60'000, well).size() == 5);
    }
}
