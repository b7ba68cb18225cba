#include "lb/policies/classic.hpp"

#include "../world.hpp"

#include <optional>
#include <string>

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

constexpr std::uint32_t kNever = 1'000'000;

class ClassicWorld : public World {
public:
    explicit ClassicWorld(int nodes, const ClassicOptions& options = {})
        : World(nodes, Classic::factory(options)) {}
};

/// One step of a rule's example: something happens, or must be so.
struct Step {
    enum class Kind { fail, succeed, wait, is, turns, refused };
    Kind kind;
    int node = 0;
    int times = 1;
    std::chrono::milliseconds time{};
    State state = State::idle;
    std::optional<Cause> cause;
};

Step fail(int node, int times = 1) {
    return {Step::Kind::fail, node, times};
}
Step succeed(int node, int times = 1) {
    return {Step::Kind::succeed, node, times};
}
Step wait(std::chrono::milliseconds time) {
    return {.kind = Step::Kind::wait, .time = time};
}
/// A node's state, and why it was entered last.
Step is(int node, State state, std::optional<Cause> cause = {}) {
    return {.kind = Step::Kind::is, .node = node, .state = state, .cause = cause};
}
/// So many picks in succession all answer the node, or OVERLOAD.
Step turns(int node, int times = 1) {
    return {Step::Kind::turns, node, times};
}
Step refused(int times) {
    return {Step::Kind::refused, 0, times};
}

struct Rule {
    std::string name;
    int nodes;
    ClassicOptions options;
    std::vector<Step> steps;
};

void play(ClassicWorld& world, const Step& step) {
    switch (step.kind) {
        case Step::Kind::fail:
            return world.fail(step.node, step.times);
        case Step::Kind::succeed:
            return world.succeed(step.node, step.times);
        case Step::Kind::wait:
            world.now += step.time;
            return world.balancer.advance(world.now);
        case Step::Kind::is:
            CHECK(world.state(step.node) == step.state);
            if (step.cause) CHECK(world.transitions.back().cause == *step.cause);
            return;
        case Step::Kind::turns:
            for (int i = 0; i < step.times; ++i) CHECK(world.pick().endpoint == node(step.node));
            return;
        case Step::Kind::refused:
            for (int i = 0; i < step.times; ++i) CHECK(world.pick().code == ReturnCode::overload);
            return;
    }
}

const std::vector<Rule>& rules() {
    using enum State;
    static const std::vector<Rule> all{
        {"idle endpoints take turns",
         3,
         {},
         {turns(1), turns(2), turns(3), turns(1), turns(2), turns(3)}},
        {"init_succ_cnt virtual successes shield a new endpoint",
         1,
         {},
         {fail(1), is(1, idle), turns(1, 10)}},
        {"idle -> overload: after a failure, error rate above err_rate",
         2,
         {.init_succ_cnt = 90, .contin_err_limit = kNever},
         {fail(1, 10), is(1, idle), fail(1), is(1, overload, Cause::error_rate)}},
        {"an error rate is judged after failures only",
         2,
         {.init_succ_cnt = 10, .err_rate = 0.5, .contin_err_limit = kNever},
         {fail(1, 10), is(1, idle), succeed(1), is(1, idle)}},
        {"idle -> overload: contin_err_limit consecutive errors",
         2,
         {},
         {fail(1, 14), is(1, idle), fail(1), is(1, overload, Cause::consecutive_failures)}},
        {"a success ends a run of errors", 2, {}, {fail(1, 14), succeed(1), fail(1), is(1, idle)}},
        {"idle -> overload: at a window's end, real errors at window_err_rate",
         2,
         {.err_rate = 0.99, .contin_err_limit = kNever},
         {fail(1, 7),
          succeed(1, 3),
          wait(14'999ms),
          is(1, idle),
          wait(1ms),
          is(1, overload, Cause::window_error_rate)}},
        {"virtual successes don't count at a window's end, and below the rate it stays idle",
         2,
         {.err_rate = 0.99, .contin_err_limit = kNever},
         {fail(1, 6), succeed(1, 4), wait(15s), is(1, idle)}},
        {"a window's end resets all counters",
         2,
         {.init_succ_cnt = 90, .contin_err_limit = 12, .window_err_rate = 1.1},
         {fail(1, 10), wait(15s), fail(1, 10), is(1, idle)}},
        {"a window without calls overloads nobody",
         1,
         {.window_err_rate = 0},
         {wait(15s), is(1, idle)}},
        {"overload -> idle: after a success, success rate above succ_rate",
         2,
         {},
         {fail(1, 15),
          succeed(1, 5),
          is(1, overload),
          succeed(1),
          is(1, idle, Cause::success_rate)}},
        {"overload -> idle: contin_succ_limit consecutive successes",
         2,
         {.init_err_cnt = 1000},
         {fail(1, 15),
          succeed(1, 14),
          is(1, overload),
          succeed(1),
          is(1, idle, Cause::consecutive_successes)}},
        {"a failure ends a run of successes",
         2,
         {.init_err_cnt = 1000},
         {fail(1, 15), succeed(1, 14), fail(1), succeed(1), is(1, overload)}},
        {"overload -> idle: after overload_timeout, though nobody reports",
         2,
         {},
         {fail(1, 15),
          wait(14'999ms),
          is(1, overload),
          wait(1ms),
          is(1, idle, Cause::overload_timeout)}},
        {"a transition resets all counters",
         2,
         {.contin_err_limit = 3},
         {fail(1, 3), is(1, overload), wait(15s), is(1, idle), fail(1, 2), is(1, idle)}},
        {"pick number probe_num + 1 tries an overloaded node, and the count starts again",
         2,
         {},
         {fail(1, 15), turns(2, 10), turns(1), turns(2, 10), turns(1), turns(2, 10)}},
        {"overloaded nodes are tried in turn",
         3,
         {.probe_num = 1},
         {fail(1, 15), fail(2, 15), turns(3), turns(1), turns(3), turns(2), turns(3), turns(1)}},
        {"no idle node left: OVERLOAD, except for the probe",
         2,
         {},
         {fail(1, 15), fail(2, 15), refused(10), turns(1), refused(10), turns(2)}},
        {"all overloaded and nobody reporting: idle again by time",
         2,
         {},
         {fail(1, 15), fail(2, 15), refused(3), wait(15s), turns(1), turns(2)}},
        {"one endpoint is probed too",
         1,
         {.probe_num = 2},
         {fail(1, 15), refused(2), turns(1), succeed(1, 6), is(1, idle), turns(1, 5)}},
        {"probe_num 0: every pick is a probe while a node is overloaded",
         2,
         {.probe_num = 0},
         {fail(1, 15), turns(1, 5)}},
        {"probe_num 1: every second pick",
         2,
         {.probe_num = 1},
         {fail(1, 15), turns(2), turns(1), turns(2), turns(1)}},
        {"the count of picks to a probe starts again when nobody is overloaded any more",
         2,
         {},
         {fail(1, 15), turns(2, 9), wait(15s), fail(1, 15), turns(2, 10), turns(1)}},
    };
    return all;
}

}  // namespace

TEST_CASE("each rule of the classic policy") {
    for (const auto& rule : rules()) {
        DYNAMIC_SECTION(rule.name) {
            ClassicWorld world(rule.nodes, rule.options);
            for (const auto& step : rule.steps) play(world, step);
        }
    }
}

TEST_CASE("a module without endpoints doesn't exist") {
    CHECK(ClassicWorld(0).pick().code == ReturnCode::noexist);
}

TEST_CASE("every call of a window is counted, the first too") {
    ClassicWorld world(1);
    world.succeed(1);
    world.fail(1);
    CHECK(world.view(1).successes == 1);
    CHECK(world.view(1).failures == 1);
}

TEST_CASE("a removed endpoint is never picked again, whatever its state") {
    ClassicWorld world(3);
    world.fail(3, 15);
    world.balancer.update(route_of(2), world.now);
    CHECK(world.picks(100).size() == 2);
    CHECK_FALSE(world.balancer.report(node(3), {}, world.now));
    world.balancer.update(Route{}, world.now);
    CHECK(world.pick().code == ReturnCode::noexist);
}

TEST_CASE("an endpoint removed while overloaded begins idle when it is added again") {
    ClassicWorld world(2);
    world.fail(1, 15);
    auto without = route_of(2);
    without.endpoints.erase(without.endpoints.begin());
    world.balancer.update(without, world.now);
    world.balancer.update(route_of(2), world.now);
    CHECK(world.state(1) == State::idle);
    CHECK(world.picks(10).at(node(1)) == 5);
}

TEST_CASE("endpoints that stay keep their statistics, new ones begin idle") {
    ClassicWorld world(2);
    world.fail(1, 15);
    world.succeed(2, 3);
    world.balancer.update(route_of(3), world.now);
    CHECK(world.state(1) == State::overload);
    CHECK(world.state(3) == State::idle);
    CHECK(world.view(2).successes == 3);
    CHECK(world.picks(20).at(node(3)) >= 9);
}

TEST_CASE("a route replaced whole has only new endpoints") {
    ClassicWorld world(2);
    world.fail(1, 15);
    Route other;
    other.endpoints.push_back({node(8), 100, ""});
    other.endpoints.push_back({node(9), 100, ""});
    world.balancer.update(other, world.now);
    CHECK(world.picks(100) == std::map<Endpoint, int>{{node(8), 50}, {node(9), 50}});
}

TEST_CASE("a clock that stands still ends nothing, one that goes back stands still") {
    ClassicWorld world(2);
    world.fail(1, 15);
    for (int i = 0; i < 1000; ++i) world.balancer.advance(world.now);
    CHECK(world.state(1) == State::overload);
    world.balancer.advance(world.now - 1h);
    world.balancer.advance(world.now + 14'999ms);
    CHECK(world.state(1) == State::overload);
}

TEST_CASE("a clock that jumps ahead ends each window and punishment once") {
    ClassicWorld world(3);
    world.fail(1, 15);
    world.transitions.clear();
    world.now += 24h * 365;
    world.balancer.advance(world.now);
    REQUIRE(world.transitions.size() == 1);
    CHECK(world.transitions[0].cause == Cause::overload_timeout);
    CHECK(world.picks(3).size() == 3);
}

TEST_CASE("counters at their limits stay there") {
    ClassicWorld world(1, {.init_succ_cnt = UINT32_MAX, .init_err_cnt = UINT32_MAX});
    world.succeed(1, 3);
    world.fail(1, 14);
    CHECK(world.state(1) == State::idle);
    world.fail(1);
    CHECK(world.state(1) == State::overload);
    world.fail(1, 3);
    world.succeed(1, 14);
    CHECK(world.state(1) == State::overload);
    world.succeed(1);
    CHECK(world.state(1) == State::idle);
}
