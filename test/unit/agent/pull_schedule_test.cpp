#include "agent/pull_schedule.hpp"

#include "modules.hpp"
#include "support/catch.hpp"

#include <set>

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

struct World {
    Module& add(ModuleId id, lb::Time now) {
        auto& module = modules.add(id);
        pulls.add(module, now);
        PullSchedule::note_use(module);
        return module;
    }
    std::vector<Pull> due_at(lb::Time now) {
        for (std::size_t i = 0; i < modules.size(); ++i) pulls.advance(modules.at(i), now);
        return pulls.drain(modules, 1'000, now);
    }
    bool answer(Module& module, std::uint32_t hosts, RouteSource source, lb::Time now) {
        if (!PullSchedule::believe(module, hosts == 0, source, now)) return false;
        pulls.note_route(module, now);
        modules.set_route(module, route_of(hosts, module.id()), now);
        return true;
    }

    ModuleMap modules{classic_policies()};
    PullSchedule pulls{15s};
};

}  // namespace

TEST_CASE("an unknown module is asked of dns once, then once a second as long as it is used") {
    World world;
    auto& module = world.add(kId, 0s);
    CHECK(world.pulls.due());
    CHECK(world.due_at(0s) == std::vector{Pull{.module = kId}});
    CHECK_FALSE(world.pulls.due());
    PullSchedule::note_use(module);
    CHECK(world.due_at(999ms).empty());
    CHECK(world.due_at(1s) == std::vector{Pull{.module = kId}});
    CHECK(world.due_at(3s).empty());
}

TEST_CASE("a route in use is asked for again after update_timeout, with its etag; others aren't") {
    World world;
    auto& module = world.add(kId, 0s);
    world.due_at(0s);
    REQUIRE(world.answer(module, 1, RouteSource::ours, 0s));
    PullSchedule::note_use(module);
    CHECK(world.due_at(14s).empty());
    CHECK(world.due_at(15s) == std::vector{Pull{kId, route_of(1)->etag(), {}, 1}});
    CHECK(world.due_at(60s).empty());
    PullSchedule::note_use(module);
    CHECK(world.due_at(61s).size() == 1);
}

TEST_CASE("a module that dns doesn't know is asked for again after update_timeout") {
    World world;
    auto& module = world.add(kId, 0s);
    world.due_at(0s);
    REQUIRE(world.answer(module, 0, RouteSource::original, 0s));
    CHECK(module.pull.answered);
    PullSchedule::note_use(module);
    CHECK(world.due_at(14s).empty());
    CHECK(world.due_at(15s).size() == 1);
}

TEST_CASE("a dns that doesn't answer for a route that is held is asked no more often") {
    World world;
    auto& module = world.modules.add(kId);
    world.modules.set_route(module, route_of(1), 0s);  // as from the route file
    world.pulls.ask_all(world.modules);
    CHECK(world.due_at(0s).size() == 1);
    PullSchedule::note_use(module);
    CHECK(world.due_at(1s).size() == 1);
    PullSchedule::note_use(module);
    CHECK(world.due_at(2s).empty());
    CHECK(world.due_at(16s).size() == 1);
}

TEST_CASE("a push puts the next pull off") {
    World world;
    auto& module = world.add(kId, 0s);
    world.due_at(0s);
    world.answer(module, 1, RouteSource::ours, 0s);
    PullSchedule::note_use(module);
    world.answer(module, 2, RouteSource::ours, 10s);
    CHECK(world.due_at(24s).empty());
    CHECK(world.due_at(25s).size() == 1);
}

TEST_CASE("an empty answer of ours is believed, an original's only twice in succession") {
    World world;
    auto& module = world.add(kId, 0s);
    world.due_at(0s);
    const auto original = RouteSource::original;
    CHECK(world.answer(module, 2, original, 0s));
    CHECK_FALSE(world.answer(module, 0, original, 0s));
    CHECK(world.due_at(500ms).empty());
    CHECK(world.due_at(1s).size() == 1);  // asked again, though nobody has used it since
    CHECK(world.answer(module, 2, original, 1s));
    CHECK_FALSE(world.answer(module, 0, original, 1s));
    CHECK(world.answer(module, 0, original, 2s));
    CHECK(module.unknown());
    CHECK(world.answer(module, 2, RouteSource::ours, 2s));
    CHECK(world.answer(module, 0, RouteSource::ours, 2s));
    CHECK(module.unknown());
}

TEST_CASE("a new connection asks for every module, a part at a time") {
    World world;
    std::set<ModuleId> held;
    for (int i = 0; i < 50; ++i) {
        world.add({i, 1}, 0s);
        held.insert({i, 1});
    }
    world.due_at(0s);
    CHECK_FALSE(world.pulls.due());
    world.pulls.ask_all(world.modules);
    std::multiset<ModuleId> asked;
    while (world.pulls.due()) {
        const auto pulls = world.pulls.drain(world.modules, 7, 0s);
        CHECK(pulls.size() <= 7);
        for (const auto& pull : pulls) asked.insert(pull.module);
        if (asked.size() == 7) world.add({99, 1}, 0s);
    }
    held.insert({99, 1});
    CHECK(std::set<ModuleId>(asked.begin(), asked.end()) == held);
    CHECK(asked.size() == held.size());
}

TEST_CASE("modules that go while all are asked for hide none of the others") {
    World world;
    for (int i = 0; i < 60; ++i) world.add({i, 1}, 0s);
    world.due_at(0s);
    world.pulls.ask_all(world.modules);
    std::set<ModuleId> asked;
    const auto drain = [&] {
        for (const auto& pull : world.pulls.drain(world.modules, 10, 5s)) asked.insert(pull.module);
    };
    drain();
    for (int i = 15; i < 45; ++i) world.modules.remove(*world.modules.find({i, 1}));
    while (world.pulls.due()) drain();
    for (int i = 0; i < 60; ++i) {
        CAPTURE(i);
        if (i < 15 || i >= 45) CHECK(asked.contains({i, 1}));
    }
}

TEST_CASE("a module that is dropped before it was asked for isn't asked for") {
    World world;
    auto& module = world.add(kId, 0s);
    world.add({2, 2}, 0s);
    world.modules.remove(module);
    CHECK(world.pulls.drain(world.modules, 10, 0s) == std::vector{Pull{.module = {2, 2}}});
}
