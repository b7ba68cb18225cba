#include "support/catch.hpp"
#include "world.hpp"

#include <spdlog/sinks/ringbuffer_sink.h>

#include <algorithm>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// Belongs to shard 2 of 3, as 1/1 does.
constexpr ModuleId kNew{4, 1};

// However slow the machine: no module that is waited for is forgotten meanwhile.
void never_forget(agent::Options& options) {
    options.unknown_module_timeout = 1h;
}

double waited(const AgentWorld& world) {
    return world.running.count("lars_agent_first_calls_waited_total");
}

}  // namespace

TEST_CASE("that a bound on modules is reached is logged once, with what raises it") {
    AgentWorld world([](agent::Options& options) {
        options.shards = 1;
        options.max_unknown_modules = 3;
        options.unknown_module_timeout = 1h;
    });
    const auto sink = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1'000);
    world.running.log.sinks().push_back(sink);
    const auto stop = world.run();
    UdpPeer client(world.port(0));
    for (int i = 0; i < 10; ++i) {
        CHECK(host_in(client.ask(get_host_of({i, 1}, 1, 0))).retcode() == 3);
    }
    CHECK(world.running.count("lars_agent_modules_refused_total") == 7);
    const auto lines_with = [&](const std::string& words) {
        const auto lines = sink->last_formatted();
        return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find(words) != std::string::npos;
        });
    };
    const auto* const words =
        "shard 0 answers NOEXIST for further modules: 3 modules have no route, or not yet; "
        "--max-unknown-modules raises that";
    REQUIRE(eventually([&] { return lines_with(words) > 0; }));
    CHECK(lines_with(words) == 1);
}

TEST_CASE("a first question that may wait is answered when the route is there, and holds up none") {
    AgentWorld world(never_forget);
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer other(world.port(2));
    REQUIRE(world.known_host(other) == kHost11);

    const std::size_t shard = GENERATE(2U, 0U);  // also on a port that isn't the owner's
    UdpPeer first(world.port(shard));
    for (std::uint32_t seq = 1; seq <= 3; ++seq) first.send(get_host_of(kNew, seq, 60'000));
    REQUIRE(eventually([&] { return waited(world) == 3; }));
    for (int i = 0; i < 100; ++i) CHECK(other.ask(kGetHost11) == kHost11);
    CHECK(host_in(other.ask(get_host_of(kNew, 7, 0))).retcode() == 3);  // an original's question

    world.dns.push(route_of(kNew, 1));
    for (std::uint32_t seq = 1; seq <= 3; ++seq) {
        const auto answer = host_in(first.receive());
        CHECK(answer.seq() == seq);
        CHECK(answer.retcode() == 0);
        CHECK(answer.host().ip() == 1);
    }
}

TEST_CASE("a first question waits no longer than it may, and not for what isn't there") {
    AgentWorld world(never_forget);
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    CHECK(host_in(client.ask(get_host_of(kNew, 1, 1))).retcode() == 3);  // dns says nothing
    CHECK(waited(world) == 1);
    client.send(get_host_of(kNew, 2, 60'000));
    REQUIRE(eventually([&] { return waited(world) == 2; }));
    world.dns.push(route_of(kNew, 0));  // there is no such module
    CHECK(host_in(client.receive()).retcode() == 3);
    CHECK(host_in(client.ask(get_host_of(kNew, 3, 60'000))).retcode() == 3);
    CHECK(waited(world) == 2);
    const auto code = to_string(ReturnCode::noexist);
    CHECK(world.running.count("lars_agent_get_host_total", {{"code", code}}) >= 3);
}

TEST_CASE("first questions that wait are bounded") {
    AgentWorld world(never_forget);
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    for (int i = 0; i < 64; ++i) {
        for (int j = 0; j < 16; ++j) client.send(get_host_of(kNew, 1, 60'000));
        REQUIRE(eventually([&] { return waited(world) == (i + 1) * 16; }));
    }
    CHECK(host_in(client.ask(get_host_of(kNew, 2, 60'000))).seq() == 2);
    CHECK(waited(world) == 1024);
}
