#include "agent/module_map.hpp"

#include "modules.hpp"
#include "support/catch.hpp"

#include <set>

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

TEST_CASE("a new module has no route, and counts as unknown until it gets endpoints") {
    ModuleMap modules(classic_policies());
    CHECK(modules.find(kId) == nullptr);
    auto& module = modules.add(kId);
    CHECK(modules.find(kId) == &module);
    CHECK(module.unknown());
    CHECK(module.balancer() == nullptr);
    CHECK(module.etag() == 0);
    CHECK(modules.unknown() == 1);

    modules.set_route(module, route_of(2), 0s);
    CHECK_FALSE(module.unknown());
    CHECK(module.etag() == route_of(2)->etag());
    CHECK(modules.unknown() == 0);

    modules.set_route(module, route_of(0), 0s);
    CHECK(module.unknown());
    CHECK(modules.unknown() == 1);
}

TEST_CASE("a module that is removed leaves its position to the last one") {
    ModuleMap modules(classic_policies());
    for (int i = 0; i < 4; ++i) modules.add({i, 1});
    modules.set_route(*modules.find({1, 1}), route_of(1, {1, 1}), 0s);
    modules.remove(*modules.find({1, 1}));
    CHECK(modules.size() == 3);
    CHECK(modules.unknown() == 3);
    CHECK(modules.at(1).id() == ModuleId{3, 1});
    modules.remove(*modules.find({3, 1}));
    modules.remove(*modules.find({2, 1}));
    REQUIRE(modules.size() == 1);
    CHECK(modules.at(0).id() == ModuleId{0, 1});
    modules.remove(modules.at(0));
    CHECK(modules.unknown() == 0);
}

TEST_CASE("going backwards over positions sees each module that stays, whoever goes meanwhile") {
    ModuleMap modules(classic_policies());
    for (int i = 0; i < 20; ++i) modules.add({i, 1});
    std::set<ModuleId> seen;
    auto left = modules.size();
    while (left > 0) {
        seen.insert(modules.at(--left).id());
        // Others go on both sides.
        if (left == 15) modules.remove(*modules.find({17, 1}));
        if (left == 10) modules.remove(*modules.find({3, 1}));
        left = std::min(left, modules.size());
    }
    for (int i = 0; i < 20; ++i) {
        CAPTURE(i);
        if (i != 3 && i != 17) CHECK(seen.contains({i, 1}));
    }
}

TEST_CASE("a policy is made at the first route, and again when a route names another") {
    int made = 0;
    ModuleMap modules([&made](ModuleId, const RoutePolicy& policy) {
        ++made;
        return classic_policies()(kId, policy);
    });
    auto& module = modules.add(kId);
    CHECK(made == 0);
    modules.set_route(module, route_of(2), 0s);
    modules.set_route(module, route_of(3), 0s);
    CHECK(made == 1);
    Route other{.module = kId, .endpoints = {{host(0)}}, .policy = {"round_robin", {}}};
    modules.set_route(module, std::make_shared<const lb::EndpointTable>(other), 0s);
    CHECK(made == 2);
    CHECK(module.balancer()->policy().name() == "round_robin");
}
