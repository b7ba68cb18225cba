#include "agent/module_table.hpp"

#include "modules.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

ModuleTable table(const Eviction::Limits& limits = {.max_unknown = 10}) {
    return ModuleTable({.limits = limits}, classic_policies());
}

}  // namespace

TEST_CASE("a module in use is asked of dns, and answers once its route has come") {
    auto modules = table();
    REQUIRE(modules.use(kId, 0s));
    CHECK(modules.drain_pulls(10, 0s) == std::vector{Pull{.module = kId}});
    CHECK(modules.set_route(route_of(2), RouteSource::ours, 0s));
    CHECK(modules.find(kId)->balancer()->endpoint_table().size() == 2);
    CHECK_FALSE(modules.set_route(route_of(2), RouteSource::ours, 1s));          // the same again
    CHECK_FALSE(modules.set_route(route_of(2, {7, 7}), RouteSource::ours, 1s));  // nobody's
    CHECK(modules.size() == 1);
}

TEST_CASE("only calls to endpoints of a known route are counted") {
    auto modules = table();
    CHECK_FALSE(modules.report(kId, host(0), {}, 0s));
    modules.use(kId, 0s);
    CHECK_FALSE(modules.report(kId, host(0), {}, 0s));
    modules.set_route(route_of(2), RouteSource::ours, 0s);
    CHECK(modules.report(kId, host(0), {}, 0s));
    CHECK_FALSE(modules.report(kId, host(2), {}, 0s));
    modules.set_route(route_of(1), RouteSource::ours, 0s);
    CHECK_FALSE(modules.report(kId, host(1), {}, 0s));
    const auto calls = modules.drain_calls(10, 1s);
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].endpoints.at(0).successes == 1);
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
    CHECK(modules.drain_dropped().size() == 10);
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
    modules.restore(route_of(1, {4, 1}), 0s);
    CHECK_FALSE(modules.find({4, 1}));
}

TEST_CASE("an unused module is dropped, but not while dns is out of reach or calls wait") {
    auto modules = table({.idle_timeout = 60s, .max_unknown = 10});
    modules.use(kId, 0s);
    modules.set_route(route_of(2), RouteSource::ours, 0s);
    modules.report(kId, host(0), {}, 0s);
    modules.advance(true, 59s);
    modules.advance(false, 61s);
    modules.advance(true, 61s);
    REQUIRE(modules.find(kId));
    CHECK(modules.drain_calls(100, 1s).size() == 1);
    modules.advance(true, 61s);
    CHECK_FALSE(modules.find(kId));
    CHECK(modules.drain_dropped() == std::vector{kId});
    CHECK_FALSE(modules.set_route(route_of(2), RouteSource::ours, 62s));
}

TEST_CASE("a module whose calls are half drained is not dropped") {
    auto modules = table({.idle_timeout = 1s});
    modules.use(kId, 0s);
    modules.set_route(route_of(100), RouteSource::ours, 0s);
    for (std::uint32_t i = 0; i < 100; ++i) modules.report(kId, host(i), {}, 0s);
    modules.drain_calls(64, 1s);
    modules.advance(true, 20s);
    REQUIRE(modules.find(kId));
    while (modules.calls_left()) modules.drain_calls(64, 1s);
    modules.advance(true, 20s);
    CHECK_FALSE(modules.find(kId));
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

TEST_CASE("a route from before the start is served, asked about with its etag, and believed gone") {
    auto modules = table();
    modules.restore(route_of(2), 0ms);
    REQUIRE(modules.find(kId)->balancer());
    CHECK(modules.unknown() == 0);
    modules.ask_all();
    CHECK(modules.drain_pulls(10, 1ms) == std::vector{Pull{kId, route_of(2)->etag(), {}, 2}});
    CHECK_FALSE(modules.set_route(route_of(2), RouteSource::ours, 2ms));
    CHECK(modules.set_route(route_of(0), RouteSource::ours, 3ms));
    CHECK(modules.unknown() == 1);
}

TEST_CASE("where a route is from is told to dns, and kept as dns says it") {
    const auto from = [](RouteOrigin origin) {
        auto route = route_of(2)->route();
        route.store_id = origin.store_id;
        route.version = origin.version;
        return std::make_shared<const lb::EndpointTable>(route);
    };
    const auto etag = route_of(2)->etag();
    auto modules = table();
    modules.restore(from({5, 10}), 0ms);
    const auto asked = [&modules] {
        modules.ask_all();
        return modules.drain_pulls(10, 1ms).at(0);
    };
    CHECK(asked() == Pull{kId, etag, {5, 10}, 2});
    SECTION("with the same route, from another version or store") {
        CHECK(modules.confirm({kId, etag, {5, 11}}, 1ms));
        CHECK_FALSE(modules.confirm({kId, etag, {5, 11}}, 1ms));
        CHECK(asked().origin == RouteOrigin{5, 11});
        CHECK(modules.set_route(from({6, 3}), RouteSource::ours, 2ms));
        CHECK(asked() == Pull{kId, etag, {6, 3}, 2});
    }
    SECTION("unless it is said of a route that isn't held any more, or of none") {
        CHECK_FALSE(modules.confirm({kId, etag + 1, {6, 3}}, 1ms));
        CHECK_FALSE(modules.confirm({{9, 9}, etag, {6, 3}}, 1ms));
        CHECK(asked().origin == RouteOrigin{5, 10});
    }
    SECTION("a dns that doesn't say leaves it, as long as the route is the same") {
        CHECK_FALSE(modules.confirm({kId, etag, {0, 0}}, 1ms));
        CHECK_FALSE(modules.set_route(from({0, 7}), RouteSource::ours, 1ms));
        CHECK(asked().origin == RouteOrigin{5, 10});
        CHECK(modules.set_route(route_of(1), RouteSource::ours, 1ms));
        CHECK(asked().origin.store_id == 0);
    }
}
