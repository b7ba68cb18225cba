#include "agent/module_table.hpp"

#include "lb/catalog.hpp"
#include "support/catch.hpp"

#include <map>
#include <set>

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kId{1, 1};

ModuleTable table(const ModuleTable::Options& options = {.max_unknown = 10}) {
    return ModuleTable(options, [](ModuleId, const RoutePolicy& policy) {
        return lb::policy_factory(policy, {.policy = "classic", .classic = {}, .adaptive = {}});
    });
}

lb::EndpointTablePtr route_of(int endpoints, ModuleId id = kId) {
    Route route;
    route.module = id;
    for (int i = 0; i < endpoints; ++i) {
        const auto ip = 10 + static_cast<std::uint32_t>(i);
        route.endpoints.push_back({Endpoint::from_ipv4(ip, 80), kDefaultWeight, ""});
    }
    return std::make_shared<const lb::EndpointTable>(route);
}

std::vector<Pull> pulls_at(ModuleTable& modules, lb::Time now) {
    modules.advance(true, now);
    return modules.take_pulls(1'000, now);
}

}  // namespace

TEST_CASE("an unknown module is asked of dns once, then once a second as long as it is used") {
    auto modules = table();
    modules.use(kId, 0s);
    CHECK(pulls_at(modules, 0s) == std::vector{Pull{kId, 0}});
    modules.use(kId, 500ms);
    CHECK(pulls_at(modules, 500ms).empty());
    CHECK(pulls_at(modules, 1s).size() == 1);
    CHECK(pulls_at(modules, 3s).empty());
}

TEST_CASE("a route in use is asked for again after update_timeout, with its etag; others aren't") {
    auto modules = table();
    modules.use(kId, 0s);
    pulls_at(modules, 0s);
    modules.set_route(route_of(1), RouteSource::ours, 0s);
    modules.use(kId, 1s);
    CHECK(pulls_at(modules, 14s).empty());
    CHECK(pulls_at(modules, 15s) == std::vector{Pull{kId, route_of(1)->etag()}});
    CHECK(pulls_at(modules, 60s).empty());
    modules.use(kId, 61s);
    CHECK(pulls_at(modules, 61s).size() == 1);
}

TEST_CASE("a new connection asks for every module, a part at a time, each once") {
    auto modules = table({.max_unknown = 100});
    std::set<ModuleId> held;
    for (int i = 0; i < 50; ++i) {
        modules.use({i, 1}, 0s);
        held.insert({i, 1});
    }
    pulls_at(modules, 0s);
    CHECK_FALSE(modules.pulls_wanted());
    modules.ask_all();
    std::multiset<ModuleId> asked;
    while (modules.pulls_wanted()) {
        const auto pulls = modules.take_pulls(7, 0s);
        CHECK(pulls.size() <= 7);
        for (const auto& pull : pulls) asked.insert(pull.module);
        if (asked.size() == 7) modules.use({99, 1}, 0s);
    }
    held.insert({99, 1});
    CHECK(std::set<ModuleId>(asked.begin(), asked.end()) == held);
    CHECK(asked.size() <= held.size() + 1);
}

TEST_CASE("modules that are dropped while all are asked for hide none of the others") {
    auto modules = table({.max_unknown = 100});
    for (int i = 0; i < 60; ++i) modules.use({i, 1}, 0s);
    pulls_at(modules, 0s);
    for (int i = 30; i < 60; ++i) modules.use({i, 1}, 5s);
    modules.ask_all();
    std::set<ModuleId> asked;
    const auto take = [&] {
        for (const auto& pull : modules.take_pulls(10, 5s)) asked.insert(pull.module);
    };
    take();
    modules.advance(true, 5s);  // drops 0 to 29
    while (modules.pulls_wanted()) take();
    for (int i = 30; i < 60; ++i) CHECK(asked.contains({i, 1}));
}

TEST_CASE("an empty answer of ours is believed, an original's only twice in succession") {
    auto modules = table();
    modules.use(kId, 0s);
    pulls_at(modules, 0s);
    const auto hosts = [&] { return modules.find(kId)->balancer()->endpoint_table().size(); };
    modules.set_route(route_of(2), RouteSource::original, 0s);
    modules.set_route(route_of(0), RouteSource::original, 0s);
    CHECK(hosts() == 2);
    CHECK(pulls_at(modules, 1s).size() == 1);
    modules.set_route(route_of(2), RouteSource::original, 1s);
    modules.set_route(route_of(0), RouteSource::original, 1s);
    CHECK(hosts() == 2);
    modules.set_route(route_of(0), RouteSource::original, 2s);
    CHECK(hosts() == 0);
    modules.set_route(route_of(2), RouteSource::ours, 2s);
    modules.set_route(route_of(0), RouteSource::ours, 2s);
    CHECK(hosts() == 0);
}

TEST_CASE("unknown modules are bounded, and forgotten when nobody asks any more") {
    auto modules = table({.max_unknown = 10});
    int refused = 0;
    for (int i = 0; i < 100; ++i) refused += modules.use({i, 5}, 0s) == nullptr;
    CHECK(modules.size() == 10);
    CHECK(refused == 90);
    modules.advance(false, 4s);
    CHECK(modules.size() == 10);
    modules.advance(false, 5s);
    CHECK(modules.size() == 0);
    CHECK(modules.take_dropped().size() == 10);
    CHECK(modules.use({99, 5}, 31s));
}

TEST_CASE("modules are bounded, those with a route too") {
    auto modules = table({.max_modules = 3});
    for (int i = 0; i < 3; ++i) {
        modules.use({i, 1}, 0s);
        modules.set_route(route_of(1, {i, 1}), RouteSource::ours, 0s);
    }
    CHECK(modules.unknown() == 0);
    CHECK_FALSE(modules.use({3, 1}, 0s));
    CHECK(modules.use({2, 1}, 0s));
}

TEST_CASE("an unused module is dropped, but not while dns is out of reach or calls are untold") {
    auto modules = table({.idle_timeout = 60s, .max_unknown = 10});
    modules.use(kId, 0s);
    modules.set_route(route_of(2), RouteSource::ours, 0s);
    modules.report(kId, Endpoint::from_ipv4(10, 80), {}, 0s);
    modules.advance(true, 59s);
    modules.advance(false, 61s);
    modules.advance(true, 61s);
    REQUIRE(modules.find(kId));
    CHECK(modules.take_calls(100, 1s).size() == 1);
    modules.advance(true, 61s);
    CHECK_FALSE(modules.find(kId));
    CHECK(modules.take_dropped() == std::vector{kId});
    CHECK_FALSE(modules.set_route(route_of(2), RouteSource::ours, 62s));
}

TEST_CASE("a large table is looked through in parts, each module within so many turns") {
    constexpr int kModules = 5'000;
    auto modules = table({.max_unknown = kModules});
    for (int i = 0; i < kModules; ++i) modules.use({i, 1}, 0s);
    modules.advance(true, 5s);
    CHECK(modules.size() > kModules * 9 / 10);
    for (std::size_t turn = 1; turn < ModuleTable::kTurns * 4; ++turn) modules.advance(true, 5s);
    CHECK(modules.size() == 0);
}

TEST_CASE("each call is taken once, also of an endpoint that has left the route") {
    auto modules = table();
    modules.use(kId, 0s);
    modules.set_route(route_of(2), RouteSource::ours, 0s);
    const auto first = Endpoint::from_ipv4(10, 80);
    const auto second = Endpoint::from_ipv4(11, 80);
    CHECK(modules.report(kId, first, {lb::CallOutcome::success, 5us}, 0s));
    CHECK(modules.report(kId, second, {lb::CallOutcome::failure, {}}, 0s));
    CHECK_FALSE(modules.report(kId, Endpoint::from_ipv4(99, 80), {}, 0s));
    CHECK_FALSE(modules.report({7, 7}, first, {}, 0s));
    modules.set_route(route_of(1), RouteSource::ours, 0s);
    modules.set_route(route_of(3), RouteSource::ours, 0s);
    CHECK(modules.report(kId, first, {lb::CallOutcome::success, 5us}, 0s));
    std::map<Endpoint, std::pair<std::uint32_t, std::uint32_t>> sums;
    std::uint64_t latency = 0;
    for (const auto& calls : modules.take_calls(100, 1s)) {
        for (const auto& each : calls.endpoints) {
            sums[each.endpoint].first += each.successes;
            sums[each.endpoint].second += each.failures;
            latency += each.latency_sum_us;
        }
    }
    CHECK(sums[first] == std::pair(2U, 0U));
    CHECK(sums[second] == std::pair(0U, 1U));
    CHECK(latency == 10);
    CHECK(modules.take_calls(100, 1s).empty());
}

TEST_CASE("calls to many modules are taken in parts, and none is taken twice") {
    constexpr int kModules = 100;
    auto modules = table({.max_unknown = kModules});
    for (int i = 0; i < kModules; ++i) {
        modules.use({i, 1}, 0s);
        modules.set_route(route_of(1, {i, 1}), RouteSource::ours, 0s);
    }
    const auto report = [&](int i) { modules.report({i, 1}, Endpoint::from_ipv4(10, 80), {}, 0s); };
    for (int i = 0; i < kModules; ++i) report(i);
    std::uint32_t taken = 0;
    do {
        const auto part = modules.take_calls(8, 1s);
        CHECK(part.size() <= 8);
        for (const auto& calls : part) taken += calls.endpoints.at(0).successes;
        report(3);
    } while (modules.calls_left());
    for (const auto& calls : modules.take_calls(8, 1s)) taken += calls.endpoints.at(0).successes;
    CHECK(taken == kModules + 13);
}

TEST_CASE("a route from before the start is served, asked about with its etag, and believed gone") {
    auto modules = table();
    modules.restore(route_of(2), 0ms);
    REQUIRE(modules.find(kId)->balancer());
    CHECK(modules.unknown() == 0);
    modules.ask_all();
    CHECK(modules.take_pulls(10, 1ms) == std::vector{Pull{kId, route_of(2)->etag()}});
    CHECK_FALSE(modules.set_route(route_of(2), RouteSource::ours, 2ms));
    CHECK(modules.set_route(route_of(0), RouteSource::ours, 3ms));
    CHECK(modules.unknown() == 1);
}

TEST_CASE("calls to a large module are taken in parts, and what is counted meanwhile comes later") {
    constexpr std::uint32_t kEndpoints = 1'000;
    auto modules = table({.idle_timeout = 1s});
    modules.use(kId, 0s);
    modules.set_route(route_of(kEndpoints), RouteSource::ours, 0s);
    const auto report = [&](std::uint32_t i) {
        CHECK(modules.report(
            kId, Endpoint::from_ipv4(10 + i, 80), {lb::CallOutcome::success, 70us}, 0s
        ));
    };
    for (std::uint32_t i = 0; i < kEndpoints; ++i) report(i);
    std::uint32_t taken = 0;
    std::uint32_t timed = 0;
    const auto take = [&] {
        const auto part = modules.take_calls(64, 1s);
        for (const auto& module : part) {
            CHECK(module.endpoints.size() <= 64);
            for (const auto& calls : module.endpoints) taken += calls.successes;
            for (const auto& calls : module.endpoints) timed += calls.latencies[1];
        }
    };
    take();
    CHECK(modules.calls_left());
    report(0);    // taken already
    report(999);  // not yet
    modules.advance(true, 20s);
    REQUIRE(modules.find(kId));  // not before its calls are told
    while (modules.calls_left()) take();
    CHECK(taken == kEndpoints + 1);
    // Another route in between takes nothing away.
    take();
    for (std::uint32_t i = 0; i < kEndpoints; ++i) report(i);
    take();
    modules.set_route(route_of(5), RouteSource::ours, 2s);
    report(0);
    do take();
    while (modules.calls_left());
    do take();
    while (modules.calls_left());
    CHECK(taken == 2 * kEndpoints + 3);
    CHECK(timed == taken);
}

TEST_CASE("an endpoint that is kept away from is told of, with the time, though nobody calls it") {
    auto modules = table();
    modules.use(kId, 0s);
    modules.set_route(route_of(2), RouteSource::ours, 0s);
    const auto good = Endpoint::from_ipv4(10, 80);
    const auto bad = Endpoint::from_ipv4(11, 80);
    for (int i = 0; i < 15; ++i) modules.report(kId, bad, {lb::CallOutcome::failure, {}}, 1s);
    const auto first = modules.take_calls(100, 2s);
    REQUIRE(first.size() == 1);
    REQUIRE(first[0].endpoints.size() == 1);
    CHECK(first[0].endpoints[0].overload);
    CHECK(first[0].endpoints[0].overloaded_ms == 1'000);
    modules.report(kId, good, {}, 3s);
    const auto second = modules.take_calls(100, 4s);
    REQUIRE(second.size() == 1);
    REQUIRE(second[0].endpoints.size() == 2);
    CHECK_FALSE(second[0].endpoints[0].overload);
    CHECK(second[0].endpoints[1].endpoint == bad);
    CHECK(second[0].endpoints[1].failures == 0);
    CHECK(second[0].endpoints[1].overloaded_ms == 2'000);
}

TEST_CASE("routes that go while the calls of one before are being taken lose none of theirs") {
    constexpr std::uint32_t kEndpoints = 1'000;
    auto modules = table();
    modules.use(kId, 0s);
    std::uint32_t reported = 0;
    const auto call_all = [&] {
        for (std::uint32_t i = 0; i < kEndpoints; ++i) {
            reported += modules.report(kId, Endpoint::from_ipv4(10 + i, 80), {}, 0s);
        }
    };
    std::uint32_t taken = 0;
    const auto take = [&] {
        for (const auto& module : modules.take_calls(64, 1s)) {
            for (const auto& calls : module.endpoints) taken += calls.successes;
        }
    };
    // Each route that comes is another one, and the calls of the last go with it.
    for (int route = 0; route < 5; ++route) {
        modules.set_route(route_of(kEndpoints + route), RouteSource::ours, 0s);
        call_all();
        take();
    }
    do take();
    while (modules.calls_left());
    do take();
    while (modules.calls_left());
    CHECK(reported == 5 * kEndpoints);
    CHECK(taken == reported);
}
