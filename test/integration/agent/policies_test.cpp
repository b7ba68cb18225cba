#include "support/catch.hpp"
#include "wire/route.hpp"
#include "world.hpp"

#include <cstdlib>
#include <map>
#include <vector>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// Module 1/1 with hosts 10.0.0.1:80 up, of these weights, as a dns of ours sends it.
std::string route_11(const std::vector<std::uint32_t>& weights, const std::string& policy) {
    Route route;
    route.module = {1, 1};
    route.policy.name = policy;
    for (const auto weight : weights) {
        const auto ip = 0x0A000001U + static_cast<std::uint32_t>(route.endpoints.size());
        route.endpoints.push_back({Endpoint::from_ipv4(ip, 80), weight, ""});
    }
    const auto body = wire::to_wire(route, etag_of(route), kMaxUdpBody);
    return frame(ID_GetRouteResponse, body.SerializeAsString());
}

/// A client of module 1/1.
class Caller {
public:
    explicit Caller(std::uint16_t port) : peer_(port) {}

    /// The last byte of the address: which of the hosts it is. 0: the answer names none.
    int pick() {
        GetHostResponse response;
        const auto answer = peer_.ask(kGetHost11);
        REQUIRE(answer);
        REQUIRE(response.ParseFromString(answer->substr(8)));
        return response.retcode() == 0 ? response.host().ip() & 0xFF : 0;
    }
    std::map<int, int> picks(int count) {
        std::map<int, int> picked;
        for (int i = 0; i < count; ++i) ++picked[pick()];
        return picked;
    }
    void fail(int host, int times) {
        ReportRequest request;
        request.set_modid(1);
        request.set_cmdid(1);
        request.mutable_host()->set_ip(0x0A000000 + host);
        request.mutable_host()->set_port(80);
        request.set_retcode(1);
        for (int i = 0; i < times; ++i) peer_.send(frame(6, request.SerializeAsString()));
    }

private:
    UdpPeer peer_;
};

}  // namespace

TEST_CASE("one failed report doesn't overload a new host; many do, and time heals it") {
    AgentWorld world("classic");
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    CHECK(client.ask(kGetHost11) == kHost11);
    for (int i = 0; i < 15; ++i) client.send(kFailed11);
    CHECK(client.ask(kGetHost11) == kOverload11);
}

TEST_CASE("a module's policy comes with its route, and changes without loss of statistics") {
    AgentWorld world("round_robin");
    world.dns.answer(1, route_11({100, 100, 100, 100}, "classic"));
    const auto stop = world.run();
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));

    caller.fail(2, 15);
    CHECK(caller.picks(220)[2] == 20);  // classic tries it by each eleventh pick

    world.dns.answer(1, route_11({100, 100, 100, 100}, "adaptive"));
    world.dns.push(route_11({100, 100, 100, 100}, "adaptive"));
    CHECK(eventually([&] { return caller.picks(220)[2] < 10; }));  // adaptive tries by the clock

    // No policy of its own: the agent's default takes everybody's turn.
    world.dns.answer(1, route_11({100, 100, 100, 100}, ""));
    world.dns.push(route_11({100, 100, 100, 100}, ""));
    CHECK(eventually([&] { return caller.picks(220)[2] == 55; }));
}

TEST_CASE("a policy that this agent doesn't know is its default, and counted") {
    AgentWorld world("round_robin");
    world.dns.answer(1, route_11({100, 100}, "of_tomorrow"));
    const auto stop = world.run();
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));
    CHECK(caller.picks(100) == std::map<int, int>{{1, 50}, {2, 50}});
    CHECK(world.running.count("lars_agent_policies_refused_total") == 1);
}

TEST_CASE("shares follow the weights of the route, and weight 0 drains") {
    AgentWorld world("weighted_round_robin");
    world.dns.answer(1, route_11({100, 300, 0}, ""));
    const auto stop = world.run();
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));
    auto picked = caller.picks(400);
    CHECK(std::abs(picked[1] - 100) <= 1);
    CHECK(picked.count(3) == 0);
}

TEST_CASE("changes of an endpoint's state are counted") {
    AgentWorld world("adaptive");
    world.dns.answer(1, route_11({100, 100}, ""));
    const auto stop = world.run();
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));
    caller.fail(1, 5);
    CHECK(eventually([&] {
        return world.running.count("lars_agent_state_changes_total", {{"to", "ejected"}}) == 1;
    }));
}
