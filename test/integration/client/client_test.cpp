#include "lars/client.hpp"

#include "support/catch.hpp"
#include "support/fake_agent.hpp"
#include "support/free_port.hpp"

#include <atomic>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <thread>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

lars::ClientOptions options_of(const FakeAgent& agent, std::chrono::milliseconds timeout = 10s) {
    return {agent.address(), timeout};
}

}  // namespace

TEST_CASE("a host is answered, with its address in the order that people write") {
    FakeAgent agent([](const auto& request) { return std::vector{host_answer(request)}; });
    lars::Client client(options_of(agent));
    const auto host = client.get_host(1, 1);
    REQUIRE(host);
    CHECK(host->address == "192.168.1.177");
    CHECK(host->port == 7777);
}

TEST_CASE("stray answers are passed over: garbage, another sequence, another module") {
    FakeAgent agent([](const auto& request) {
        const auto right = host_answer(request);
        auto other_module = right;
        auto& modid = other_module[other_module.find(from_hex("10011801")) + 1];
        modid ^= 2;
        return std::vector{
            std::string("garbage"),
            std::string(),
            right.substr(0, 20),
            frame(5, from_hex("0863100118012a0708818080501050")),
            other_module,
            right,
            right};
    });
    lars::Client client(options_of(agent));
    for (int i = 0; i < 20; ++i) {
        const auto host = client.get_host(1, 1);
        REQUIRE(host);
        CHECK(host->address == "192.168.1.177");
    }
}

TEST_CASE("a lost datagram is sent again within the timeout") {
    std::atomic<int> count{0};
    FakeAgent agent([&count](const auto& request) {
        return ++count == 1 ? std::vector<std::string>{} : std::vector{host_answer(request)};
    });
    lars::Client client(options_of(agent, 3s));
    CHECK(client.get_host(1, 1));
    CHECK(agent.received == 2);
}

TEST_CASE("a frozen agent costs the timeout and no more") {
    FakeAgent agent([](const auto&) { return std::vector<std::string>{}; });
    lars::Client client(options_of(agent, 30ms));
    CHECK(client.get_host(1, 1).code() == lars::Code::system_error);
    CHECK(client.get_route(1, 1).empty());
    CHECK(client.reg_init(1, 1) == lars::Code::system_error);
}

TEST_CASE("an absent agent is an error at the deadline, and a report says so too") {
    lars::Client client({"127.0.0.1:1/1", 50ms});
    CHECK(client.get_host(1, 1).code() == lars::Code::system_error);
    CHECK(client.report(1, 1, {"not an address", 80}, 0) == lars::Code::system_error);
}

TEST_CASE("an agent that isn't there yet is found within the call") {
    const auto port = free_port();
    lars::Client client({"127.0.0.1:" + std::to_string(port) + "/1", 10s});
    std::optional<FakeAgent> agent;
    std::jthread starting([&] {
        std::this_thread::sleep_for(50ms);
        agent.emplace(
            [](const auto& request) { return std::vector{host_answer(request)}; },
            "127.0.0.1",
            static_cast<std::uint16_t>(port)
        );
    });
    CHECK(client.get_host(1, 1));
}

TEST_CASE("a timeout of nothing is refused") {
    CHECK_THROWS_AS(lars::Client({"127.0.0.1:1/1", 0ms}), std::invalid_argument);
    CHECK_THROWS_AS(lars::Client({"127.0.0.1:1/1", -1ms}), std::invalid_argument);
}

TEST_CASE("a negative module is NOEXIST, and nothing is sent") {
    FakeAgent agent([](const auto&) { return std::vector<std::string>{}; });
    lars::Client client(options_of(agent));
    CHECK(client.get_host(-1, 0).code() == lars::Code::noexist);
    CHECK(client.report(0, -1, {"10.0.0.1", 80}, 0) == lars::Code::noexist);
    CHECK(client.reg_init(-1, -1) == lars::Code::noexist);
    CHECK(agent.received == 0);
}

TEST_CASE("the agent may wait 20 ms for a new module, or as long as the options say") {
    FakeAgent agent([](const auto& request) { return std::vector{host_answer(request)}; });
    const auto asked_by = [&](std::chrono::milliseconds timeout, std::chrono::milliseconds wait) {
        auto options = options_of(agent, timeout);
        options.first_call_wait = wait;
        REQUIRE(lars::Client(options).get_host(1, 1));
        const auto asked = agent.last();
        return to_hex(asked.substr(asked.find(from_hex("10011801")) + 4));
    };
    CHECK(asked_by(10s, lars::ClientOptions().first_call_wait) == "980114");
    CHECK(asked_by(10s, 100ms) == "980164");
    CHECK(asked_by(10s, 0ms) == "980100");
    CHECK(asked_by(9s, 60s) == "9801b817");  // 3 s: a longer wait would end in a second question
    lars::ClientOptions too_long;
    too_long.first_call_wait = 61s;
    CHECK_THROWS_AS(lars::Client(too_long), std::invalid_argument);
}

TEST_CASE("options of a program built before the wait was one give the default") {
    struct OldOptions {
        std::size_t size;
        const char* agent;
        std::uint32_t timeout_ms;
    };
    FakeAgent agent([](const auto& request) { return std::vector{host_answer(request)}; });
    const auto address = agent.address();
    OldOptions options;
    std::memset(&options, 0xff, sizeof options);  // padding, too
    options = {sizeof options, address.c_str(), 10'000};
    auto* handle = lars_open(reinterpret_cast<const lars_options*>(&options), nullptr, 0);
    REQUIRE(handle);
    lars_host host;
    CHECK(lars_get_host(handle, 1, 1, &host) == LARS_SUCC);
    lars_close(handle);
    const auto asked = agent.last();
    CHECK(to_hex(asked.substr(asked.size() - 3)) == "980114");
}

TEST_CASE("many threads share a client, each with its own answers") {
    FakeAgent agent([](const auto& request) { return std::vector{host_answer(request)}; });
    lars::Client client(options_of(agent));
    std::atomic<int> good{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int call = 0; call < 200; ++call) {
                    const auto host = client.get_host(1, 1);
                    good += host && host->port == 7777;
                    if (host) client.report(1, 1, *host, 0, 5us);
                }
            });
        }
    }
    CHECK(good == 8 * 200);
}
