#include "agent/module_table.hpp"

#include "lb/catalog.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kId{1, 1};

ModuleTable table(std::size_t max_unknown = 10) {
    return ModuleTable({.update_timeout = 15s, .max_unknown = max_unknown}, [](const Route& route) {
        return lb::make_policy(route.policy, {.policy = "classic", .classic = {}, .adaptive = {}});
    });
}

Route route_of(int endpoints) {
    Route route;
    route.module = kId;
    for (int i = 0; i < endpoints; ++i) {
        const auto ip = 10 + static_cast<std::uint32_t>(i);
        route.endpoints.push_back({Endpoint::from_ipv4(ip, 80), kDefaultWeight, ""});
    }
    return route;
}

}  // namespace

TEST_CASE("an unknown module is asked of dns once, then once a second") {
    auto modules = table();
    modules.use(kId, 0s);
    CHECK(modules.take_pulls(0s) == std::vector{Pull{kId, 0}});
    modules.use(kId, 500ms);
    CHECK(modules.take_pulls(500ms).empty());
    CHECK(modules.take_pulls(1s).size() == 1);
}

TEST_CASE("a route in use is asked for again after update_timeout, with its etag; others aren't") {
    auto modules = table();
    modules.use(kId, 0s);
    modules.take_pulls(0s);
    modules.set_route(route_of(1), RouteSource::ours, 0s);
    CHECK(modules.take_pulls(14s).empty());
    CHECK(modules.take_pulls(15s) == std::vector{Pull{kId, etag_of(route_of(1))}});
    CHECK(modules.take_pulls(60s).empty());
    modules.use(kId, 61s);
    CHECK(modules.take_pulls(61s).size() == 1);
}

TEST_CASE("a new connection asks for every module") {
    auto modules = table();
    modules.use(kId, 0s);
    modules.use({2, 1}, 0s);
    modules.take_pulls(0s);
    modules.ask_all();
    CHECK(modules.take_pulls(0s).size() == 2);
}

TEST_CASE("an empty answer of ours is believed, an original's only twice in succession") {
    auto modules = table();
    modules.use(kId, 0s);
    const auto hosts = [&] { return modules.find(kId)->route().endpoints.size(); };
    modules.set_route(route_of(2), RouteSource::original, 0s);
    modules.set_route(route_of(0), RouteSource::original, 0s);
    CHECK(hosts() == 2);
    CHECK(modules.take_pulls(1s).size() == 1);
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
    auto modules = table(10);
    for (int i = 0; i < 100; ++i) modules.use({i, 5}, 0s);
    CHECK(modules.size() == 10);
    CHECK(modules.refused_unknown() == 90);
    modules.advance(31s);
    CHECK(modules.size() == 0);
    CHECK(modules.use({99, 5}, 31s));
}

TEST_CASE("each call is taken once, also of an endpoint that has left the route") {
    auto modules = table();
    modules.use(kId, 0s);
    modules.set_route(route_of(2), RouteSource::ours, 0s);
    auto* module = modules.find(kId);
    const auto first = Endpoint::from_ipv4(10, 80);
    const auto second = Endpoint::from_ipv4(11, 80);
    CHECK(module->report(first, {lb::CallOutcome::success, 5us}, 0s));
    CHECK(module->report(second, {lb::CallOutcome::failure, {}}, 0s));
    CHECK_FALSE(module->report(Endpoint::from_ipv4(99, 80), {lb::CallOutcome::failure, {}}, 0s));
    modules.set_route(route_of(1), RouteSource::ours, 0s);
    const auto calls = modules.take_calls();
    REQUIRE(calls.size() == 1);
    REQUIRE(calls[0].endpoints.size() == 2);
    CHECK(calls[0].endpoints[0].successes == 1);
    CHECK(calls[0].endpoints[0].latency_sum_us == 5);
    CHECK(calls[0].endpoints[1].endpoint == second);
    CHECK(calls[0].endpoints[1].failures == 1);
    CHECK(modules.take_calls().empty());
}

TEST_CASE("a route from before the start is served, asked about with its etag, and believed gone") {
    auto modules = table();
    modules.restore(route_of(2), 0ms);
    REQUIRE(modules.find(kId)->balancer());
    CHECK(modules.unknown() == 0);
    modules.ask_all();
    CHECK(modules.take_pulls(1ms) == std::vector{Pull{kId, etag_of(route_of(2))}});
    CHECK_FALSE(modules.set_route(route_of(2), RouteSource::ours, 2ms));
    CHECK(modules.set_route(route_of(0), RouteSource::ours, 3ms));
    CHECK(modules.unknown() == 1);
}
