#include "agent/eviction.hpp"

#include "modules.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

TEST_CASE("a module that nobody asks for expires, one without a route sooner") {
    ModuleMap modules(classic_policies());
    const Eviction eviction({.idle_timeout = 60s, .unknown_timeout = 5s});
    auto& module = modules.add(kId);
    Eviction::note_query(module, 1s);
    CHECK(module.use.queries == 1);
    CHECK_FALSE(eviction.expired(module, true, 5'999ms));
    CHECK(eviction.expired(module, true, 6s));
    CHECK(eviction.expired(module, false, 6s));  // dns has no say in what it doesn't know
    modules.set_route(module, route_of(1), 6s);
    CHECK_FALSE(eviction.expired(module, true, 60'999ms));
    CHECK(eviction.expired(module, true, 61s));
    Eviction::note_query(module, 61s);
    CHECK_FALSE(eviction.expired(module, true, 120s));
}

TEST_CASE("a module with a route never expires while dns is out of reach") {
    ModuleMap modules(classic_policies());
    const Eviction eviction({.idle_timeout = 60s});
    auto& module = modules.add(kId);
    modules.set_route(module, route_of(1), 0s);
    CHECK_FALSE(eviction.expired(module, false, 24h));
    CHECK(eviction.expired(module, true, 24h));
}

TEST_CASE("modules are bounded, and those without a route on their own") {
    ModuleMap modules(classic_policies());
    Eviction eviction({.max_modules = 3, .max_unknown = 2});
    CHECK(eviction.admits_unknown(modules));
    modules.add({1, 1});
    modules.add({2, 1});
    CHECK_FALSE(eviction.admits_unknown(modules));
    CHECK(eviction.admits(modules));
    modules.set_route(*modules.find({1, 1}), route_of(1, {1, 1}), 0s);
    CHECK(eviction.admits_unknown(modules));
    modules.set_route(*modules.find({2, 1}), route_of(1, {2, 1}), 0s);
    modules.add({3, 1});
    CHECK_FALSE(eviction.admits_unknown(modules));
    CHECK_FALSE(eviction.admits(modules));

    eviction.evict(modules, *modules.find({2, 1}));
    CHECK(modules.size() == 2);
    CHECK(eviction.admits_unknown(modules));
    CHECK(eviction.drain_evicted() == std::vector{ModuleId{2, 1}});
    CHECK(eviction.drain_evicted().empty());
}
