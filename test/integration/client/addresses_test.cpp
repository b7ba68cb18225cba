#include "lars/client.h"
#include "requests.hpp"
#include "support/catch.hpp"
#include "support/fake_agent.hpp"
#include "support/wait.hpp"

#include <atomic>

using namespace lars;
using namespace lars::client;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

const ModuleId kModule{1, 1};
const auto kEndpoint = *parse_endpoint("10.0.0.1:80");

HostAddress address(const std::string& text) {
    return {
        parse_endpoint(text.find(':') == text.npos ? text + ":1" : '[' + text + "]:1")->address};
}

HostAddresses addresses(const std::vector<std::string>& texts) {
    HostAddresses out;
    for (const auto& each : texts) out.found.push_back(address(each));
    return out;
}

/// Requests to agent.test, whose addresses are what the test says.
struct World {
    explicit World(std::uint16_t agent_port, std::chrono::milliseconds timeout_of_calls = 60s)
        : port(agent_port), timeout(timeout_of_calls) {}

    std::unique_ptr<Requests> requests_to(const std::vector<std::string>& texts) {
        set(texts);
        auto agent = parse_agent("agent.test:" + std::to_string(port) + "/1");
        const auto look_up = [this](const std::string& host, const HostLookup::Done& done) {
            CHECK(host == "agent.test");
            done(current);
        };
        auto locator = AgentLocator::find(std::move(agent), 10s, look_up);
        return std::make_unique<Requests>(std::move(locator), timeout, 0ms);
    }
    void set(const std::vector<std::string>& texts) { current = addresses(texts); }

    std::uint16_t port;
    std::chrono::milliseconds timeout;
    HostAddresses current;
};

FakeAgent::Answer good_answer() {
    return [](const auto& request) { return std::vector{host_answer(request)}; };
}

FakeAgent::Answer no_answer() {
    return [](const auto&) { return std::vector<std::string>{}; };
}

int get_host(Requests& requests) {
    HostAnswer answer;
    return requests.get_host({.module = kModule}, answer);
}

int report(Requests& requests) {
    return requests.report({.module = kModule, .endpoint = kEndpoint});
}

}  // namespace

TEST_CASE("a name whose first address nobody listens at is asked at the next, at once") {
    FakeAgent agent(good_answer());
    World world(agent.port());
    // Where there is no IPv6, nothing can be sent to its address; else it refuses.
    const auto first = GENERATE("127.0.0.2", "::1");
    CAPTURE(first);
    const auto requests = world.requests_to({first, "127.0.0.1"});
    CHECK(get_host(*requests) == LARS_SUCC);
    CHECK(get_host(*requests) == LARS_SUCC);
    CHECK(agent.received == 2);
}

TEST_CASE("an address that is silent is left for one that answers, within one call") {
    FakeAgent agent(good_answer());
    FakeAgent silent(no_answer(), "127.0.0.2", agent.port());
    World world(agent.port(), 1500ms);
    const auto requests = world.requests_to({"127.0.0.2", "127.0.0.1"});
    REQUIRE(eventually([&] { return get_host(*requests) == LARS_SUCC; }));
    const int unanswered = silent.received_by_now();
    CHECK(unanswered > 0);
    for (int i = 0; i < 20; ++i) CHECK(get_host(*requests) == LARS_SUCC);
    CHECK(silent.received_by_now() == unanswered);
}

TEST_CASE("a report goes to the address that listens, also before any has answered") {
    FakeAgent agent(no_answer());
    World world(agent.port());
    const auto requests = world.requests_to({"127.0.0.2", "127.0.0.1"});
    CHECK(report(*requests) == LARS_SUCC);
    CHECK(eventually([&] { return agent.received == 1; }));
    CHECK(report(*requests) == LARS_SUCC);
    CHECK(eventually([&] { return agent.received == 2; }));
}

TEST_CASE("nobody at any address is an error at the deadline") {
    World world(1, 50ms);
    const auto requests = world.requests_to({"127.0.0.2", "127.0.0.1", "127.0.0.3"});
    CHECK(get_host(*requests) == LARS_SYSTEM_ERROR);
}

TEST_CASE("an agent whose name moves is found again, by a client that was held meanwhile") {
    std::optional<FakeAgent> agent(std::in_place, good_answer(), "127.0.0.2");
    World world(agent->port(), 1500ms);
    const auto requests = world.requests_to({"127.0.0.2"});
    REQUIRE(get_host(*requests) == LARS_SUCC);
    // The old address refuses, or doesn't answer.
    const bool refuses = GENERATE(true, false);
    CAPTURE(refuses);
    agent.reset();
    std::optional<FakeAgent> silent;
    if (!refuses) silent.emplace(no_answer(), "127.0.0.2", world.port);
    CHECK(get_host(*requests) == LARS_SYSTEM_ERROR);
    FakeAgent moved(good_answer(), "127.0.0.3", world.port);
    world.set({"127.0.0.3"});
    CHECK(eventually([&] { return get_host(*requests) == LARS_SUCC; }));
    const int asked_before = moved.received;
    CHECK(report(*requests) == LARS_SUCC);
    CHECK(eventually([&] { return moved.received == asked_before + 1; }));
}

TEST_CASE("calls end by their deadline while the name's look-up hangs") {
    FakeAgent silent(no_answer());
    std::atomic<int> looked_up{0};
    HostLookup::Done hanging;
    const auto look_up = [&](const std::string&, const HostLookup::Done& done) {
        if (++looked_up == 1) {
            done(addresses({"127.0.0.1"}));
        } else {
            hanging = done;
        }
    };
    auto agent = parse_agent("agent.test:" + std::to_string(silent.port()) + "/1");
    Requests requests(AgentLocator::find(std::move(agent), 10s, look_up), 300ms, 0ms);
    REQUIRE(eventually([&] {
        CHECK(get_host(requests) == LARS_SYSTEM_ERROR);
        return looked_up == 2;
    }));
    for (int i = 0; i < 5; ++i) CHECK(get_host(requests) == LARS_SYSTEM_ERROR);
    CHECK(looked_up == 2);
}
