#include "lars/attempts.hpp"

#include "scripted_agent.hpp"
#include "support/catch.hpp"

#include <stdexcept>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

struct World {
    explicit World(std::vector<int> endpoints = {1, 2, 3, 4}) : agent(std::move(endpoints)) {}

    ScriptedAgent agent;
    lars::Client client{{agent.address(), 10s}};
};

const lars::CallOptions kPatient{60s};

}  // namespace

TEST_CASE("a call that succeeds is one attempt, and reported as it went") {
    World world;
    lars::CallOptions options{60s};
    options.select = "version=2";
    options.hash_key = 0;
    const auto result = world.client.call(
        "payments",
        [](const lars::Host& host) { return host.address == "10.0.0.1" && host.port == 80; },
        options
    );
    CHECK(result);
    CHECK(result.attempts == 1);
    CHECK(result.host.address == "10.0.0.1");
    const auto questions = world.agent.questions();
    REQUIRE(questions.size() == 1);
    CHECK(questions[0].name() == "payments");
    CHECK(questions[0].select() == "version=2");
    CHECK(questions[0].has_hash_key());
    CHECK(questions[0].attempt() == 0);
    const auto reports = world.agent.reports(1);
    CHECK(reports[0].name() == "payments");
    CHECK(reports[0].modid() == 7);
    CHECK(reports[0].cmdid() == 9);
    CHECK(reports[0].retcode() == 0);
    CHECK(reports[0].has_latency_us());
    CHECK_FALSE(reports[0].has_server_load());
}

TEST_CASE("a failed call is tried again elsewhere, and each attempt is reported") {
    World world;
    const auto call = [](const lars::Host& host) {
        lars::Outcome outcome(host.address == "10.0.0.3" ? 0 : 42);
        outcome.server_load = 0.25F;
        return outcome;
    };
    const auto result = world.client.call(lars::Module(7, 9), call, kPatient);
    CHECK(result);
    CHECK(result.attempts == 3);
    CHECK(result.host.address == "10.0.0.3");
    const auto questions = world.agent.questions();
    REQUIRE(questions.size() == 3);
    for (int i = 0; i < 3; ++i) {
        const auto& question = questions[static_cast<std::size_t>(i)];
        CHECK(question.attempt() == static_cast<std::uint32_t>(i));
        REQUIRE(question.exclude_size() == i);
        for (int j = 0; j < i; ++j) CHECK(ScriptedAgent::last_byte(question.exclude(j)) == j + 1);
    }
    const auto reports = world.agent.reports(3);
    CHECK(reports[0].retcode() == 42);
    CHECK(reports[1].retcode() == 42);
    CHECK(reports[2].retcode() == 0);
    CHECK(reports[2].attempt() == 2);
    CHECK(reports[2].server_load() == 0.25F);
}

TEST_CASE("a call that fails everywhere ends with its last error, after so many attempts") {
    World world;
    const auto result = world.client.call(
        "payments", [](const lars::Host&) { return 5; }, kPatient
    );
    CHECK_FALSE(result);
    CHECK(result.code == lars::Code::succ);
    CHECK(result.retcode == 5);
    CHECK(result.attempts == 3);
    CHECK(world.agent.reports(3).size() == 3);
}

TEST_CASE("a retry that the agent refuses leaves the call with its error") {
    World world;
    world.agent.refuse_retries();
    const auto result = world.client.call(
        "payments", [](const lars::Host&) { return 5; }, kPatient
    );
    CHECK(result.code == lars::Code::succ);
    CHECK(result.retcode == 5);
    CHECK(result.attempts == 1);
    lars::Request retry;
    retry.attempt = 1;
    const auto choice = world.client.choose("payments", retry);
    CHECK(choice.code == lars::Code::overload);
    CHECK(choice.wait == 5ms);
}

TEST_CASE("when all nodes were tried the call is over") {
    World world({1, 2});
    const auto result = world.client.call(
        "payments", [](const lars::Host&) { return 5; }, kPatient
    );
    CHECK(result.attempts == 2);
    CHECK(result.retcode == 5);
}

TEST_CASE("a module without nodes isn't called") {
    World world(std::vector<int>{});
    const auto result = world.client.call("payments", [](const lars::Host&) { return true; });
    CHECK_FALSE(result);
    CHECK(result.code == lars::Code::noexist);
    CHECK(result.attempts == 0);
}

TEST_CASE("what mustn't be done twice isn't") {
    World world;
    const auto at_fault = [](const lars::Host&) {
        lars::Outcome outcome(5);
        outcome.retry = false;
        return outcome;
    };
    CHECK(world.client.call("payments", at_fault, kPatient).attempts == 1);
    auto once = kPatient;
    once.max_attempts = 1;
    CHECK(
        world.client
            .call(
                "payments", [](const lars::Host&) { return 5; }, once
            )
            .attempts == 1
    );
    const lars::CallOptions over{0ms};
    CHECK(
        world.client
            .call(
                "payments", [](const lars::Host&) { return 5; }, over
            )
            .attempts == 1
    );
}

TEST_CASE("an exception ends the call, and is reported as a failure") {
    World world;
    const auto thrown = [](const lars::Host&) -> bool { throw std::runtime_error("broken"); };
    CHECK_THROWS_WITH(world.client.call("payments", thrown, kPatient), "broken");
    const auto reports = world.agent.reports(1);
    CHECK(reports[0].retcode() != 0);
    CHECK(world.agent.questions().size() == 1);
}

TEST_CASE("who calls learns by when it should be over") {
    World world;
    const auto before = lars::Attempts::Clock::now();
    lars::Attempts::Clock::time_point deadline;
    const auto call = [&](const lars::Host&, lars::Attempts::Clock::time_point by) {
        deadline = by;
        return true;
    };
    CHECK(world.client.call("payments", call, kPatient));
    CHECK(deadline >= before + 60s);
}

TEST_CASE("what can't be a name, a tag or a node isn't asked for") {
    World world;
    CHECK(world.client.choose("Payments").code == lars::Code::invalid);
    CHECK(world.client.choose("12").code == lars::Code::invalid);
    lars::Request request;
    request.select = "version";
    CHECK(world.client.choose("payments", request).code == lars::Code::invalid);
    request.select.clear();
    request.exclude = {{"not an address", 80}};
    CHECK(world.client.choose("payments", request).code == lars::Code::invalid);
    CHECK(world.client.report("Payments", {}, {}) == lars::Code::invalid);
    CHECK(world.agent.questions().empty());
    request.exclude.clear();
    for (int i = 101; i <= 120; ++i) request.exclude.push_back({"10.0.1." + std::to_string(i), 80});
    CHECK(world.client.choose("payments", request));
    CHECK(world.agent.questions()[0].exclude_size() == 8);
}
