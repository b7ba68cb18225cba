#include "lb/classic.hpp"

#include "support/catch.hpp"

#include <map>
#include <string>
#include <vector>

using namespace lars;
using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

Endpoint node(int number) {
    return Endpoint::from_ipv4(0x0A000000U + static_cast<std::uint32_t>(number), 80);
}

Route route_of(int nodes) {
    Route route;
    for (int i = 1; i <= nodes; ++i) route.endpoints.push_back({node(i), 100, ""});
    return route;
}

class World {
public:
    explicit World(int nodes, const ClassicOptions& options = {})
        : balancer(std::make_unique<Balancer>(std::make_unique<Classic>(options), &listener)) {
        balancer->update(route_of(nodes), now);
    }

    void fail(int number, int times = 1) { report(number, CallOutcome::failure, times); }
    void succeed(int number, int times = 1) { report(number, CallOutcome::success, times); }

    State state(int number) const {
        auto found = State::idle;
        balancer->visit([&](const EndpointView& view) {
            if (view.endpoint == node(number)) found = view.state;
        });
        return found;
    }

    std::map<Endpoint, int> picks(int count) {
        std::map<Endpoint, int> picked;
        for (int i = 0; i < count; ++i) {
            const auto pick = balancer->pick(now, random);
            if (pick.code == ReturnCode::succ) ++picked[pick.endpoint];
        }
        return picked;
    }

    Time now{1h};
    Random random{1};
    std::vector<Cause> reasons;
    Listener listener = [this](ModuleId, const Transition& each) { reasons.push_back(each.cause); };
    std::unique_ptr<Balancer> balancer;

private:
    void report(int number, CallOutcome outcome, int times) {
        for (int i = 0; i < times; ++i) balancer->report(node(number), {outcome, {}}, now);
    }
};

}  // namespace

TEST_CASE("a module without endpoints doesn't exist") {
    CHECK(World(0).balancer->pick(1s, World(0).random).code == ReturnCode::noexist);
}

TEST_CASE("idle endpoints take turns") {
    World world(3);
    const auto picked = world.picks(300);
    for (int i = 1; i <= 3; ++i) CHECK(picked.at(node(i)) == 100);
}

TEST_CASE("one failed report of a new endpoint doesn't overload it") {
    World world(1);
    world.fail(1);
    CHECK(world.state(1) == State::idle);
    CHECK(world.picks(10).at(node(1)) == 10);
}

TEST_CASE("an endpoint is overloaded when its error rate passes err_rate") {
    World world(2, {.init_succ_cnt = 90, .contin_err_limit = 1000});
    world.fail(1, 10);  // 10 of 100 isn't above 0.1
    CHECK(world.state(1) == State::idle);
    world.fail(1);
    CHECK(world.state(1) == State::overload);
    CHECK(world.reasons == std::vector{Cause::error_rate});
}

TEST_CASE("an endpoint is overloaded after contin_err_limit consecutive errors") {
    World world(2);
    world.fail(1, 14);
    world.succeed(1);
    world.fail(1, 1);
    CHECK(world.state(1) == State::idle);
    World other(2);
    other.fail(1, 15);
    CHECK(other.state(1) == State::overload);
    CHECK(other.reasons == std::vector{Cause::consecutive_failures});
}

TEST_CASE("a window with too many errors overloads at its end, without any report") {
    World world(2, {.err_rate = 0.99, .contin_err_limit = 1000});
    world.fail(1, 7);
    world.succeed(1, 3);
    world.now += 15s;
    world.balancer->advance(world.now);
    CHECK(world.state(1) == State::overload);
    CHECK(world.reasons == std::vector{Cause::window_error_rate});
}

TEST_CASE("a window's end forgets its counts") {
    World world(2, {.init_succ_cnt = 90, .contin_err_limit = 1000, .window_err_rate = 1.1});
    world.fail(1, 10);
    world.now += 15s;
    world.fail(1, 10);
    CHECK(world.state(1) == State::idle);
}

TEST_CASE("every call of a window is counted, the first too") {
    World world(1);
    world.succeed(1);
    world.fail(1);
    world.balancer->visit([](const EndpointView& view) {
        CHECK(view.successes == 1);
        CHECK(view.failures == 1);
    });
}

TEST_CASE("an overloaded endpoint recovers when its success rate passes succ_rate") {
    World world(2);
    world.fail(1, 15);
    world.succeed(1, 5);  // 5 of 10 isn't above 0.5
    CHECK(world.state(1) == State::overload);
    world.succeed(1);
    CHECK(world.state(1) == State::idle);
}

TEST_CASE("an overloaded endpoint recovers after contin_succ_limit consecutive successes") {
    World world(2, {.init_err_cnt = 1000});
    world.fail(1, 15);
    world.succeed(1, 14);
    CHECK(world.state(1) == State::overload);
    world.succeed(1);
    CHECK(world.state(1) == State::idle);
    CHECK(world.reasons.back() == Cause::consecutive_successes);
}

TEST_CASE("an overloaded endpoint recovers after overload_timeout though nobody reports") {
    World world(2);
    world.fail(1, 15);
    world.fail(2, 15);
    world.now += 14'999ms;
    world.balancer->advance(world.now);
    CHECK(world.state(1) == State::overload);
    world.now += 1ms;
    CHECK(world.picks(2).size() == 2);
    CHECK(world.state(1) == State::idle);
}

TEST_CASE("pick number probe_num + 1 tries an overloaded endpoint, and the count starts again") {
    World world(2);
    world.fail(1, 15);
    for (int round = 0; round < 3; ++round) {
        CHECK(world.picks(10).at(node(2)) == 10);
        CHECK(world.picks(1).count(node(1)) == 1);
    }
}

TEST_CASE("with no idle endpoint left OVERLOAD is answered, except for the probe") {
    World world(2);
    world.fail(1, 15);
    world.fail(2, 15);
    for (int i = 0; i < 10; ++i)
        CHECK(world.balancer->pick(world.now, world.random).code == ReturnCode::overload);
    CHECK(world.balancer->pick(world.now, world.random).code == ReturnCode::succ);
    CHECK(world.balancer->pick(world.now, world.random).code == ReturnCode::overload);
}

TEST_CASE("a removed endpoint is never picked again, whatever its state") {
    World world(3);
    world.fail(3, 15);
    world.balancer->update(route_of(2), world.now);
    const auto picked = world.picks(100);
    CHECK(picked.size() == 2);
    CHECK_FALSE(world.balancer->report(node(3), {}, world.now));
    world.balancer->update(Route{}, world.now);
    CHECK(world.balancer->pick(world.now, world.random).code == ReturnCode::noexist);
}

TEST_CASE("endpoints that stay keep their statistics, new ones begin idle") {
    World world(2);
    world.fail(1, 15);
    world.succeed(2, 3);
    world.balancer->update(route_of(3), world.now);
    CHECK(world.state(1) == State::overload);
    CHECK(world.state(3) == State::idle);
    world.balancer->visit([](const EndpointView& view) {
        if (view.endpoint == node(2)) CHECK(view.successes == 3);
    });
    CHECK(world.picks(20).at(node(3)) >= 9);
}
