#include "support/catch.hpp"
#include "world.hpp"

#include <mutex>
#include <thread>
#include <vector>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// Whoever else wants the routes that the agent holds.
class Subscriber final : public agent::RouteSubscriber {
public:
    void on_route(const agent::RouteUpdate& update) override {
        const std::scoped_lock lock(mutex_);
        bodies_.push_back(*update.bytes);
        endpoints_.push_back(update.endpoint_table->size());
    }
    std::vector<std::string> bodies() const {
        const std::scoped_lock lock(mutex_);
        return bodies_;
    }
    std::vector<std::size_t> endpoints() const {
        const std::scoped_lock lock(mutex_);
        return endpoints_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> bodies_;
    std::vector<std::size_t> endpoints_;
};

}  // namespace

TEST_CASE("an answer of dns split at every byte is understood") {
    AgentWorld world;
    world.dns.answer(1, kDnsOneHost, ScriptedServer::Pace::byte_by_byte);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    CHECK(world.known_host(client) == kHost11);
}

TEST_CASE("nonsense from dns costs a connection and not the agent") {
    AgentWorld world;
    const auto nonsense = GENERATE(
        from_hex("02000000ffffffff"),
        from_hex("02000000ffffff7f"),
        frame(2, "\xFF\xFF"),
        frame(2, from_hex("08ffffffffffffffffff01")),
        frame(99, "what"),
        from_hex("0200")
    );
    CAPTURE(to_hex(nonsense));
    world.dns.answer_once(1, nonsense);
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(eventually([&] {
        client.ask(kGetHost11);
        return world.dns.received(1) >= 1;
    }));
    world.dns.drop_connections();
    CHECK(world.known_host(client) == kHost11);
}

TEST_CASE("a module as large as an original dns can send is served, its route cut to a datagram") {
    AgentWorld world;
    GetRouteResponse response;
    response.set_modid(1);
    response.set_cmdid(1);
    for (int i = 0; i < 4000; ++i) {
        auto& host = *response.add_host();
        host.set_ip(-1'062'731'776 + i);
        host.set_port(80);
    }
    world.dns.answer(1, frame(2, response.SerializeAsString()));
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    GetRouteResponse route;
    REQUIRE(eventually([&] {
        const auto answer = client.ask(kGetRoute11);
        return answer && route.ParseFromString(answer->substr(8)) && route.host_size() > 3000;
    }));
    CHECK(route.ByteSizeLong() <= kMaxUdpBody);
    CHECK_FALSE(route.truncated());
}

TEST_CASE("a route larger than a datagram is cut to it, marked and counted") {
    AgentWorld world;
    world.dns.answer(ID_Hello, ack_of_ours());
    world.dns.answer(1, route_of({1, 1}, 10'000));
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    GetRouteResponse route;
    REQUIRE(eventually([&] {
        const auto answer = client.ask(kGetRoute11);
        return answer && route.ParseFromString(answer->substr(8)) && route.host_size() > 0;
    }));
    CHECK(route.truncated());
    CHECK(route.host_size() > 5'000);
    CHECK(route.ByteSizeLong() <= kMaxUdpBody);
    CHECK(route.ByteSizeLong() > kMaxUdpBody - 20);
    CHECK(world.running.count("lars_agent_truncated_total") >= 1);
}

TEST_CASE("a push that removes one host leaves the other, again and again") {
    AgentWorld world;
    world.dns.answer(1, kDnsTwoHosts);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    const auto hosts = [&] {
        GetRouteResponse route;
        const auto answer = client.ask(kGetRoute11);
        return answer && route.ParseFromString(answer->substr(8)) ? route.host_size() : -1;
    };
    REQUIRE(eventually([&] { return hosts() == 2; }));
    for (int round = 0; round < 20; ++round) {
        world.dns.answer(1, kDnsOneHost);
        world.dns.push(kDnsOneHost);
        REQUIRE(eventually([&] { return hosts() == 1; }));
        for (int i = 0; i < 5; ++i) CHECK(client.ask(kGetHost11) == kHost11);
        world.dns.answer(1, kDnsTwoHosts);
        world.dns.push(kDnsTwoHosts);
        REQUIRE(eventually([&] { return hosts() == 2; }));
    }
}

TEST_CASE("an original dns that says once that a known module is empty isn't believed") {
    AgentWorld world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    // An original dns never says Hello; the agent knows after a second.
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    std::this_thread::sleep_for(1100ms);
    world.dns.push(kDnsNoHosts);
    for (int i = 0; i < 20; ++i) CHECK(client.ask(kGetHost11) == kHost11);
}

TEST_CASE("modules that nobody uses are dropped, and dns of ours is told") {
    AgentWorld world([](agent::Options& options) { options.module_idle_timeout = 1s; });
    world.dns.answer(ID_Hello, ack_of_ours());
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    REQUIRE(eventually([&] { return world.dns.received(ID_LeaveRouteRequest) == 1; }));
    CHECK(world.dns.last_body(ID_LeaveRouteRequest) == from_hex("08011001"));
    CHECK(world.running.count("lars_agent_modules_dropped_total") == 1);
    CHECK(world.known_host(client) == kHost11);
}

TEST_CASE("subscribers get each route that is held, once, with the bytes that dns sent") {
    AgentWorld world([](agent::Options& options) { options.update_timeout = 1h; });
    world.dns.answer(ID_Hello, ack_of_ours());
    world.dns.answer(1, kDnsTwoHosts);
    Subscriber subscriber;
    world.service->subscribe(subscriber);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    client.ask(kGetHost11);
    REQUIRE(eventually([&] { return subscriber.bodies().size() == 1; }));
    CHECK(to_hex(subscriber.bodies()[0]) == to_hex(kDnsTwoHosts.substr(8)));
    world.dns.push(kDnsTwoHosts);  // the same again
    world.dns.push(kDnsNoHosts);
    REQUIRE(eventually([&] { return subscriber.bodies().size() >= 2; }));
    CHECK(subscriber.endpoints() == std::vector<std::size_t>{2, 0});
}
