#include "agent/waiters.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

TEST_CASE("those who wait for a module are drained in their order, the others stay") {
    Waiters waiters;
    CHECK(waiters.next_due() == lb::Time::max());
    std::vector<int> replied;
    const auto wait = [&](int number, ModuleId module, lb::Time until) {
        waiters.add({module, Waiters::Context({}), until, [&replied, number](const auto&) {
                         replied.push_back(number);
                     }});
    };
    wait(1, {1, 1}, 3s);
    wait(2, {2, 2}, 1s);
    wait(3, {1, 1}, 2s);
    CHECK(waiters.next_due() == 1s);
    CHECK(waiters.drain({9, 9}).empty());
    for (const auto& each : waiters.drain({1, 1})) each.reply({});
    CHECK(replied == std::vector{1, 3});
    CHECK(waiters.drain_due(999ms).empty());
    CHECK(waiters.drain_due(1s).size() == 1);
    CHECK(waiters.next_due() == lb::Time::max());
}

TEST_CASE("there is room for so many, and for more when some have gone") {
    Waiters waiters;
    for (std::size_t i = 0; i < Waiters::kMax; ++i) {
        REQUIRE(waiters.has_room());
        waiters.add({{1, 1}, Waiters::Context({}), 1s, {}});
    }
    CHECK_FALSE(waiters.has_room());
    waiters.drain({1, 1});
    CHECK(waiters.has_room());
}
