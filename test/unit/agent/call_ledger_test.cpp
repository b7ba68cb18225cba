#include "agent/call_ledger.hpp"

#include "agent/module_map.hpp"
#include "modules.hpp"
#include "support/catch.hpp"

#include <map>

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr lb::Call kSuccess{};
constexpr lb::Call kFailure{lb::CallOutcome::failure, {}};

struct World {
    Module& add(ModuleId id, std::uint32_t hosts) {
        auto& module = modules.add(id);
        modules.set_route(module, route_of(hosts, id), 0s);
        return module;
    }
    void set_route(Module& module, std::uint32_t hosts) {
        ledger.retire_route(module);
        modules.set_route(module, route_of(hosts, module.id()), 0s);
    }
    void call(Module& module, std::uint32_t number, lb::Call call = kSuccess, lb::Time now = 0s) {
        const auto slot = module.balancer()->report(host(number), call, now);
        REQUIRE(slot);
        ledger.count(module, *slot, call, now);
    }
    /// A part of the calls, added to `drained`.
    std::size_t drain(std::size_t max, lb::Time now = 1s) {
        std::size_t endpoints = 0;
        for (const auto& each : ledger.drain(max, now)) {
            for (const auto& calls : each.endpoints) drained[calls.endpoint] += calls.sums();
            endpoints += each.endpoints.size();
        }
        return endpoints;
    }
    /// What is being drained, and what was counted meanwhile.
    void drain_all(std::size_t max = 64) {
        while (ledger.left()) drain(max);
        do drain(max);
        while (ledger.left());
    }
    std::uint64_t calls() const {
        std::uint64_t sum = 0;
        for (const auto& [endpoint, sums] : drained) sum += sums.calls();
        return sum;
    }

    ModuleMap modules{classic_policies()};
    CallLedger ledger;
    std::map<Endpoint, CallSums> drained;
};

}  // namespace

TEST_CASE("each call is drained once, by endpoint, with its latency") {
    World world;
    auto& module = world.add(kId, 2);
    world.call(module, 0, {lb::CallOutcome::success, 70us});
    world.call(module, 0, kFailure);
    world.call(module, 1);
    CHECK(module.use.reports == 3);
    world.drain_all();
    const auto& first = world.drained[host(0)];
    CHECK(first.successes == 1);
    CHECK(first.failures == 1);
    CHECK(first.latency_sum_us == 70);
    CHECK(first.buckets[1] == 1);
    CHECK(first.timed() == 1);
    CHECK(world.drained[host(1)].successes == 1);
    CHECK(world.ledger.drain(100, 1s).empty());
}

TEST_CASE("calls to endpoints that have left the route are drained as well") {
    World world;
    auto& module = world.add(kId, 2);
    world.call(module, 0, {lb::CallOutcome::success, 5us});
    world.call(module, 1, kFailure);
    world.set_route(module, 1);
    world.set_route(module, 3);
    world.call(module, 0, {lb::CallOutcome::success, 5us});
    world.drain_all();
    CHECK(world.drained[host(0)].successes == 2);
    CHECK(world.drained[host(0)].latency_sum_us == 10);
    CHECK(world.drained[host(1)].failures == 1);
    CHECK(world.calls() == 3);
}

TEST_CASE("an original reporter is told of calls to a route that has gone as of a window") {
    World world;
    auto& module = world.add(kId, 1);
    world.call(module, 0);
    world.call(module, 0, kFailure);
    world.set_route(module, 0);
    const auto drained = world.ledger.drain(10, 1s);
    REQUIRE(drained.size() == 1);
    CHECK(drained[0].module == kId);
    CHECK(drained[0].endpoints.at(0).window_successes == 1);
    CHECK(drained[0].endpoints.at(0).window_failures == 1);
}

TEST_CASE("calls to many modules are drained in parts, and those counted meanwhile afterwards") {
    constexpr int kModules = 100;
    World world;
    for (int i = 0; i < kModules; ++i) world.call(world.add({i, 1}, 1), 0);
    auto& third = *world.modules.find({3, 1});
    std::uint32_t meanwhile = 0;
    do {
        CHECK(world.drain(8) <= 8);
        world.call(third, 0);
        ++meanwhile;
    } while (world.ledger.left());
    CHECK(world.ledger.holds(third));
    world.drain_all();
    CHECK_FALSE(world.ledger.holds(third));
    CHECK(world.calls() == kModules + meanwhile);
}

TEST_CASE("calls to a large module are drained in parts, and it is held until the last of them") {
    constexpr std::uint32_t kHosts = 1'000;
    World world;
    auto& module = world.add(kId, kHosts);
    for (std::uint32_t i = 0; i < kHosts; ++i)
        world.call(module, i, {lb::CallOutcome::success, 70us});
    CHECK(world.drain(64) == 64);
    CHECK(world.ledger.left());
    CHECK(world.ledger.holds(module));
    world.call(module, 0);    // drained already
    world.call(module, 999);  // not yet
    world.ledger.release_idle(module, 1h);
    world.drain_all();
    CHECK(world.calls() == kHosts + 2);
    CHECK(world.drained[host(5)].buckets[1] == 1);
    CHECK_FALSE(world.ledger.holds(module));
}

TEST_CASE("routes that go while the calls of one before are being drained lose none of theirs") {
    constexpr std::uint32_t kHosts = 1'000;
    World world;
    auto& module = world.add(kId, kHosts);
    for (std::uint32_t route = 0; route < 5; ++route) {
        world.set_route(module, kHosts + route);
        for (std::uint32_t i = 0; i < kHosts; ++i) world.call(module, i);
        world.drain(64);
    }
    world.drain_all();
    CHECK(world.calls() == 5 * kHosts);
}

TEST_CASE("a smaller route that comes in the middle of draining ends the module's part") {
    World world;
    auto& module = world.add(kId, 200);
    for (std::uint32_t i = 0; i < 200; ++i) world.call(module, i);
    world.drain(64);
    world.set_route(module, 5);
    world.call(module, 0);
    world.drain_all();
    CHECK(world.calls() == 201);
}

TEST_CASE("an endpoint that is kept away from is reported, with the time, though nobody calls it") {
    World world;
    auto& module = world.add(kId, 2);
    for (int i = 0; i < 15; ++i) world.call(module, 1, kFailure, 1s);
    const auto first = world.ledger.drain(100, 2s);
    REQUIRE(first.size() == 1);
    REQUIRE(first[0].endpoints.size() == 1);
    CHECK(first[0].endpoints[0].overload);
    CHECK(first[0].endpoints[0].overloaded_ms == 1'000);
    world.call(module, 0, kSuccess, 3s);
    const auto second = world.ledger.drain(100, 4s);
    REQUIRE(second.size() == 1);
    REQUIRE(second[0].endpoints.size() == 2);
    CHECK_FALSE(second[0].endpoints[0].overload);
    CHECK(second[0].endpoints[1].endpoint == host(1));
    CHECK(second[0].endpoints[1].failures == 0);
    CHECK(second[0].endpoints[1].overloaded_ms == 2'000);
}

TEST_CASE("a module at rest gives back what only calls need, but not before they are drained") {
    World world;
    auto& module = world.add(kId, 2);
    world.call(module, 0);
    world.ledger.release_idle(module, 1h);
    REQUIRE(module.counts.calls);
    world.drain_all();
    world.ledger.release_idle(module, 9s);
    CHECK(module.counts.calls);
    world.ledger.release_idle(module, 10s);
    CHECK_FALSE(module.counts.calls);
    CHECK(world.calls() == 1);
}
