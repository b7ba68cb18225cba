#include "support/catch.hpp"
#include "world.hpp"

#include <atomic>
#include <thread>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

AgentWorld::Adjust spinning(std::uint32_t microseconds) {
    return [microseconds](agent::Options& options) {
        options.spin_us = microseconds;
        options.report_interval = 50ms;
    };
}

/// A client that asks again as soon as it is answered, as the agent looks for before it sleeps.
class BusyClient {
public:
    explicit BusyClient(std::uint16_t port)
        : thread_([this, port](const std::stop_token& stop) {
              UdpPeer client(port);
              while (!stop.stop_requested()) {
                  client.send(kGetHost11);
                  if (client.receive(1'000)) ++answered;
                  client.send(kFailed11);
              }
          }) {}

    std::atomic<int> answered{0};

private:
    std::jthread thread_;
};

}  // namespace

TEST_CASE("an agent that looks for requests goes on to flush, and stops when it is told to") {
    AgentWorld world(spinning(50));
    world.dns.answer(1, kDnsOneHost);
    auto stop = std::make_optional(world.run());
    {
        UdpPeer first(world.port(2));
        REQUIRE(world.known_host(first) == kHost11);
    }
    BusyClient client(world.port(2));
    REQUIRE(eventually([&] { return client.answered > 500; }));
    // Its timers run: several flushes, each a frame to the reporter.
    const auto before = world.reporter.received(3);
    CHECK(eventually([&] { return world.reporter.received(3) >= before + 3; }));
    const int answered = client.answered;
    CHECK(eventually([&] { return client.answered > answered; }));
    stop.reset();  // while it is asked
    CHECK(world.running.ended == runtime::Runtime::Ended::drained);
}

TEST_CASE("an agent that is told not to look sleeps at once") {
    AgentWorld world(spinning(0));
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    for (int i = 0; i < 500; ++i) CHECK(client.ask(kGetHost11) == kHost11);
    CHECK(world.running.count("lars_agent_looks_total") == 0);
    CHECK(world.running.count("lars_agent_looks_in_vain_total") == 0);
}
