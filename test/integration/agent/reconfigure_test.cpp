#include "support/catch.hpp"
#include "world.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/sinks/ringbuffer_sink.h>

using namespace lars;
using namespace lars::test;
using Catch::Matchers::StartsWith;
using namespace std::chrono_literals;

namespace {

/// An agent, and the options that it was started with.
struct World : AgentWorld {
    World() : World(std::make_shared<agent::Options>()) {}
    void reconfigure() {
        boost::asio::post(running.runtime.executor(0), [this, fresh = *options] {
            service->reconfigure(fresh);
        });
    }

    std::shared_ptr<agent::Options> options;

private:
    explicit World(std::shared_ptr<agent::Options> kept)
        : AgentWorld([kept](agent::Options& all) { *kept = all; }), options(kept) {}
};

}  // namespace

TEST_CASE("a running agent goes to other peers when it is told") {
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);

    ScriptedServer dns;
    ScriptedServer reporter;
    dns.answer(1, kDnsOneHost);
    world.options->dns = {{"127.0.0.1", dns.port()}};
    world.options->reporter = {{"127.0.0.1", reporter.port()}};
    world.reconfigure();
    CHECK(eventually([&] { return dns.received(1) > 0; }));
    CHECK(client.ask(kGetHost11) == kHost11);
    client.send(frame(6, ReportRequest().SerializeAsString()));
    CHECK(eventually([&] {
        client.send(kFailed11);
        return reporter.received(3) > 0;
    }));
}

TEST_CASE("peers that stay keep their connections") {
    World world;
    const auto lines = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1'000);
    world.running.log.sinks().push_back(lines);
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    const auto connects = [&] {
        return world.running.count("lars_link_connects_total", {{"link", "dns"}});
    };
    const auto before = connects();
    world.options->max_unknown_modules = 1;
    world.options->unknown_module_timeout = 1h;
    world.reconfigure();
    // Modules that are new, until the limit counts; then the peers do too.
    const auto refused = [&] { return world.running.count("lars_agent_modules_refused_total"); };
    int next = 1;
    CHECK(eventually([&] {
        client.ask(get_host_of({3 * next++ + 1, 1}, 1, 0));
        return refused() > 0;
    }));
    CHECK(connects() == before);
    // The limit that the log names is the one that counts.
    CHECK(eventually([&] {
        for (const auto& line : lines->last_formatted()) {
            if (line.find("further modules: 1 modules have no route") != std::string::npos) {
                return true;
            }
        }
        return false;
    }));
}

TEST_CASE("an agent is ready when it can answer, and says what it lacks") {
    World world;
    CHECK_FALSE(world.service->ready());
    const auto stop = world.run();
    REQUIRE(eventually([&] { return world.service->ready(); }));
    REQUIRE(eventually([&] { return world.service->readiness().remarks.empty(); }));
    // It goes to a port where nobody is.
    world.options->dns = {{"127.0.0.1", 1}};
    world.reconfigure();
    REQUIRE(eventually([&] { return !world.service->readiness().remarks.empty(); }));
    CHECK(world.service->ready());
    CHECK_THAT(world.service->readiness().remarks.at(0), StartsWith("dns: lost"));
}
