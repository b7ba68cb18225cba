#include "lars/asio.hpp"

#include "scripted_agent.hpp"
#include "support/catch.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace lars::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct World {
    explicit World(std::chrono::milliseconds timeout = 10s)
        : agent({1, 2, 3, 4}), client({agent.address(), timeout}) {}

    ScriptedAgent agent;
    lars::Client client;
};

template <class Result>
Result run(asio::awaitable<Result> work) {
    asio::io_context io;
    auto result = asio::co_spawn(io, std::move(work), asio::use_future);
    io.run();
    return result.get();
}

asio::awaitable<lars::Outcome> pay(lars::Host host, std::string where_it_works) {
    if (where_it_works.empty()) throw std::runtime_error("broken");
    co_return host.address == where_it_works ? 0 : 42;
}

asio::awaitable<void> choose_often(lars::Client& client, int times, std::atomic<int>& chosen) {
    for (int i = 0; i < times; ++i) {
        auto choosing = lars::async_choose(client, "payments");
        const auto choice = co_await std::move(choosing);
        if (choice && choice.host.address == "10.0.0.1") ++chosen;
    }
}

}  // namespace

TEST_CASE("a coroutine chooses a node") {
    World world;
    lars::Request request;
    request.exclude = {{"10.0.0.1", 80}};
    const auto choice = run(lars::async_choose(world.client, "payments", request));
    REQUIRE(choice);
    CHECK(choice.host.address == "10.0.0.2");
    CHECK(choice.modid == 7);
    CHECK(run(lars::async_choose(world.client, "Payments")).code == lars::Code::invalid);
}

TEST_CASE("a call in a coroutine is tried again elsewhere, and each attempt is reported") {
    World world;
    const auto calls = [](lars::Host host, auto) { return pay(std::move(host), "10.0.0.2"); };
    const auto result = run(lars::async_call(world.client, "payments", calls));
    CHECK(result);
    CHECK(result.attempts == 2);
    CHECK(result.host.address == "10.0.0.2");
    const auto reports = world.agent.reports(2);
    CHECK(reports[0].retcode() == 42);
    CHECK(reports[1].retcode() == 0);
}

TEST_CASE("what a call in a coroutine throws ends it, and is reported as a failure") {
    World world;
    const auto calls = [](lars::Host host, auto) { return pay(std::move(host), ""); };
    CHECK_THROWS_WITH(run(lars::async_call(world.client, "payments", calls)), "broken");
    CHECK(world.agent.reports(1)[0].retcode() != 0);
}

TEST_CASE("more coroutines than there are channels, on several threads, all get an answer") {
    World world(60s);
    constexpr int kCoroutines = 300;
    constexpr int kTimes = 5;
    asio::io_context io;
    std::atomic<int> chosen{0};
    for (int i = 0; i < kCoroutines; ++i) {
        asio::co_spawn(io, choose_often(world.client, kTimes, chosen), asio::detached);
    }
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&io] { io.run(); });
    threads.clear();
    CHECK(chosen == kCoroutines * kTimes);
}

TEST_CASE("coroutines that end amid a question leave the client as it was") {
    World world(60s);
    std::atomic<int> chosen{0};
    lars::Client nobody({"127.0.0.1:1/1", 60s});
    {
        asio::io_context io;
        for (int i = 0; i < 100; ++i) {
            asio::co_spawn(io, choose_often(nobody, 1, chosen), asio::detached);
            asio::co_spawn(io, choose_often(world.client, 1, chosen), asio::detached);
        }
        while (chosen < 10) io.poll();
    }
    CHECK(world.client.choose("payments"));
}

TEST_CASE("an agent that isn't there ends a coroutine's question at its deadline") {
    lars::Client client({"127.0.0.1:1/1", 100ms});
    CHECK(run(lars::async_choose(client, "payments")).code == lars::Code::system_error);
}
