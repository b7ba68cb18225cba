#include "lars/call.hpp"

#include "scripted_agent.hpp"
#include "support/catch.hpp"

#include <stdexcept>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

struct World {
    explicit World(std::vector<int> endpoints = {1, 2}) : agent(std::move(endpoints)) {}

    ScriptedAgent agent;
    lars::Client client{{agent.address(), 10s}};
};

}  // namespace

TEST_CASE("a call reports by itself that it went well, and how long it took") {
    World world;
    {
        const auto call = world.client.call("payments");
        REQUIRE(call);
        CHECK(call->address == "10.0.0.1");
        CHECK(call.host().port == 80);
        std::this_thread::sleep_for(2ms);
    }
    const auto reports = world.agent.reports(1);
    CHECK(reports[0].name() == "payments");
    CHECK(reports[0].retcode() == 0);
    CHECK(reports[0].latency_us() >= 2'000);
}

TEST_CASE("what is said of a call counts, once") {
    World world;
    {
        lars::Request retry;
        retry.attempt = 1;
        auto call = world.client.call("payments", retry);
        call.end(42);
        call.end(0);
    }
    {
        auto moved = lars::Call(world.client, "payments");
        auto to = std::move(moved);
    }
    const auto reports = world.agent.reports(2);
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].retcode() == 42);
    CHECK(reports[0].attempt() == 1);
    CHECK(reports[1].retcode() == 0);
}

TEST_CASE("a call that an exception ends has failed; one in its wake hasn't") {
    World world;
    struct InItsWake {
        lars::Client& client;
        ~InItsWake() { auto call = client.call("payments"); }
    };
    const auto pay = [&] {
        const InItsWake later{world.client};
        const auto call = world.client.call("payments");
        throw std::runtime_error("broken");
    };
    CHECK_THROWS_WITH(pay(), "broken");
    const auto reports = world.agent.reports(2);
    CHECK(reports[0].retcode() != 0);
    CHECK(reports[1].retcode() == 0);
}

TEST_CASE("a call that wasn't made isn't reported") {
    World world;
    world.client.call("payments").discard();
    { const auto call = world.client.call("payments"); }
    CHECK(world.agent.reports(1).size() == 1);
    CHECK(world.agent.questions().size() == 2);
}

TEST_CASE("without a node there is an error code, or an exception, as one likes") {
    World world(std::vector<int>{});
    const auto call = world.client.call("payments");
    CHECK_FALSE(call);
    const std::error_code error = call.code();
    CHECK(error == lars::Code::noexist);
    CHECK(error.message() == "no node of the module is known");
    CHECK(error.category().name() == std::string("lars"));
    try {
        call.host();
        FAIL("there is no host");
    } catch (const lars::Error& thrown) {
        CHECK(thrown.code() == lars::Code::noexist);
        CHECK_THAT(thrown.what(), Catch::StartsWith("payments: "));
    }
    const std::error_code none = lars::Code::succ;
    CHECK_FALSE(none);
}
