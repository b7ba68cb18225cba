#include "agent/service.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/scripted_server.hpp"
#include "support/wait.hpp"
#include "wire/route.hpp"

#include <cstdlib>
#include <functional>
#include <limits>
#include <map>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// Bytes of the original's client and dns. Module 1/1 belongs to shard 2 of 3.
const auto kGetHost11 = from_hex("0400000006000000080110011801");
const auto kHost11 = from_hex("05000000160000000801100118012a0e08b183a085fcffffffff0110e13c");
const auto kNoexist11 = from_hex("05000000080000000801100118012003");
const auto kOverload11 = from_hex("05000000080000000801100118012001");
const auto kFailed11 = from_hex("0600000016000000080110011a0e08b183a085fcffffffff0110e13c2001");
const auto kGetRoute11 = from_hex("070000000400000008011001");
const auto kRoute11 = from_hex("0800000014000000080110011a0e08b183a085fcffffffff0110e13c");
const auto kDnsOneHost = from_hex("0200000014000000080110011a0e08b183a085fcffffffff0110e13c");
const auto kDnsNoHosts = from_hex("020000000400000008011001");
const auto kDnsTwoHosts =
    from_hex("020000001d000000080110011a0e08b183a085fcffffffff0110e13c1a0708818080501050");

/// An agent between a dns and a reporter that the test plays as an original's would behave.
struct World {
    using Adjust = std::function<void(agent::Options&)>;

    explicit World(const std::string& policy = "")
        : World([&policy](agent::Options& options) { options.policy = policy; }) {}
    explicit World(const Adjust& adjust) {
        agent::Options options;
        options.dns = {{"127.0.0.1", dns.port()}};
        options.reporter = {{"127.0.0.1", reporter.port()}};
        options.udp = Endpoint::from_ipv4(0x7F000001, 0);
        options.report_interval = 20ms;
        options.update_timeout = 200ms;
        options.caller = 0x7F000001;
        options.first_call_wait = 20s;
        options.unknown_module_timeout = 100ms;
        adjust(options);
        service.emplace(running.runtime, options, running.metrics, running.log);
    }

    std::uint16_t port(std::size_t shard) const {
        return static_cast<std::uint16_t>(service->local().port + shard);
    }
    /// Asks until the route is there.
    std::optional<std::string> known_host(UdpPeer& client) {
        std::optional<std::string> answer;
        eventually([&] { return (answer = client.ask(kGetHost11)) == kHost11; });
        return answer;
    }

    ScriptedServer dns;
    ScriptedServer reporter;
    Running running{4};
    std::optional<agent::Service> service;
};

}  // namespace

TEST_CASE("an original client gets the original's bytes") {
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    CHECK(client.ask(kGetHost11) == kNoexist11);
    CHECK(world.known_host(client) == kHost11);
    CHECK(client.ask(kGetRoute11) == kRoute11);
}

TEST_CASE("an unknown module has no route, in the original's bytes") {
    World world;
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    CHECK(client.ask(kGetRoute11) == from_hex("080000000400000008011001"));
}

TEST_CASE("a datagram on another shard's port is answered from there, and counted") {
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer right(world.port(2));
    REQUIRE(world.known_host(right) == kHost11);
    UdpPeer wrong(world.port(0));
    CHECK(wrong.ask(kGetHost11) == kHost11);
    CHECK(world.running.count("lars_agent_misdirected_total") == 1);
}

TEST_CASE("negative and overflowing modules are answered, and the agent lives") {
    World world;
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(0));
    CHECK(
        client.ask(from_hex("040000000d000000080110ffffffffffffffffff01")) ==
        from_hex("050000000f000000080110ffffffffffffffffff012003")
    );
    CHECK(world.running.bad_input("negative_module") == 1);
    GetHostRequest request;
    request.set_seq(std::numeric_limits<std::uint32_t>::max());
    request.set_modid(std::numeric_limits<std::int32_t>::max());
    request.set_cmdid(std::numeric_limits<std::int32_t>::max());
    const auto answer = client.ask(frame(4, request.SerializeAsString()));
    REQUIRE(answer);
    GetHostResponse response;
    REQUIRE(response.ParseFromString(answer->substr(8)));
    CHECK(response.seq() == request.seq());
    CHECK(response.modid() == request.modid());
    CHECK(response.retcode() == 3);
    // dns is asked for the second one, perhaps again when the link has come up just then, and never
    // for the negative one.
    REQUIRE(eventually([&] { return world.dns.received(1) >= 1; }));
    GetRouteRequest asked;
    REQUIRE(asked.ParseFromString(world.dns.last_body(1)));
    CHECK(asked.cmdid() == request.cmdid());
}

TEST_CASE("malformed datagrams are counted by kind and not answered") {
    World world;
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    const auto counted = [&](const char* kind, double times) {
        return eventually([&, kind] { return world.running.bad_input(kind) == times; });
    };
    client.send("");
    client.send("abc");
    CHECK(counted("short_header", 2));
    client.send(from_hex("04000000ffffffff"));
    CHECK(counted("negative_length", 1));
    client.send(from_hex("04000000ffffff7f"));
    CHECK(counted("oversized_length", 1));
    client.send(kGetHost11 + "x");
    client.send(kGetHost11.substr(0, 10));
    CHECK(counted("length_mismatch", 2));
    client.send(frame(4, "\xFF\xFF"));
    client.send(frame(6, "\xFF\xFF"));
    client.send(frame(7, "\xFF\xFF"));
    CHECK(counted("undecodable_body", 3));
    client.send(frame(99, ""));
    client.send(frame(5, ""));
    CHECK(counted("unknown_message", 2));
    ReportRequest report;
    report.mutable_host()->set_port(70'000);
    client.send(frame(6, report.SerializeAsString()));
    CHECK(counted("bad_endpoint", 1));
    // An empty body is module 0/0, which is unknown; dns is asked, and everybody lives.
    UdpPeer zero(world.port(0));
    CHECK(zero.ask(frame(4, "")) == from_hex("05000000020000002003"));
    CHECK(client.ask(kGetHost11) == kNoexist11);
}

namespace {

// Belongs to shard 2 of 3, as 1/1 does.
constexpr ModuleId kNew{4, 1};

std::string get_host_of(ModuleId id, std::uint32_t seq, std::uint32_t wait_ms) {
    GetHostRequest request;
    request.set_seq(seq);
    request.set_modid(id.modid);
    request.set_cmdid(id.cmdid);
    request.set_wait_ms(wait_ms);
    return frame(ID_GetHostRequest, request.SerializeAsString());
}

std::string route_of(ModuleId id, int hosts) {
    GetRouteResponse response;
    response.set_modid(id.modid);
    response.set_cmdid(id.cmdid);
    for (int i = 1; i <= hosts; ++i) {
        auto& host = *response.add_host();
        host.set_ip(i);
        host.set_port(80);
    }
    return frame(ID_GetRouteResponse, response.SerializeAsString());
}

GetHostResponse host_in(const std::optional<std::string>& answer) {
    GetHostResponse response;
    REQUIRE(answer);
    REQUIRE(response.ParseFromString(answer->substr(8)));
    return response;
}

double waited(const World& world) {
    return world.running.count("lars_agent_first_calls_waited_total");
}

std::string ack_of_ours() {
    HelloAck ack;
    ack.set_role(ROLE_DNS);
    return frame(ID_HelloAck, ack.SerializeAsString());
}

}  // namespace

TEST_CASE("a first question that may wait is answered when the route is there, and holds up none") {
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
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
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
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
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    for (int i = 0; i < 64; ++i) {
        for (int j = 0; j < 16; ++j) client.send(get_host_of(kNew, 1, 60'000));
        REQUIRE(eventually([&] { return waited(world) == (i + 1) * 16; }));
    }
    CHECK(host_in(client.ask(get_host_of(kNew, 2, 60'000))).seq() == 2);
    CHECK(waited(world) == 1024);
}

TEST_CASE("modules that nobody uses are dropped, and dns of ours is told") {
    World world([](agent::Options& options) { options.module_idle_timeout = 1s; });
    world.dns.answer(ID_Hello, ack_of_ours());
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    REQUIRE(eventually([&] { return world.dns.received(ID_LeaveRouteRequest) == 1; }));
    CHECK(world.dns.last_body(ID_LeaveRouteRequest) == from_hex("08011001"));
    CHECK(world.running.count("lars_agent_modules_dropped_total") == 1);
    CHECK(world.known_host(client) == kHost11);
}

TEST_CASE("each shard shows how many modules it holds, and how many of them are unknown") {
    World world([](agent::Options& options) { options.unknown_module_timeout = 1h; });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    CHECK(client.ask(get_host_of({4, 1}, 1, 0)));
    const auto holds = [&world](const std::string& shard, double all, double unknown) {
        return eventually([&] {
            const metrics::Labels labels{{"shard", shard}};
            return world.running.count("lars_agent_modules", labels) == all &&
                   world.running.count("lars_agent_modules_unknown", labels) == unknown;
        });
    };
    CHECK(holds("2", 2, 1));
    CHECK(holds("0", 0, 0));
}

TEST_CASE("a scanner of modules fills nothing for good, and those in use are served") {
    World world([](agent::Options& options) {
        options.max_unknown_modules = 50;
        options.unknown_module_timeout = 2s;
    });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    const auto refused = [&] { return world.running.count("lars_agent_modules_refused_total"); };
    for (int i = 0; refused() == 0; ++i) {
        CHECK(host_in(client.ask(get_host_of({3 * i + 4, 1}, 1, 0))).retcode() == 3);
        if (i % 50 == 0) CHECK(client.ask(kGetHost11) == kHost11);
    }
    const auto dropped = [&] { return world.running.count("lars_agent_modules_dropped_total"); };
    CHECK(eventually([&] { return dropped() >= 50; }));
}

TEST_CASE("an answer of dns split at every byte is understood") {
    World world;
    world.dns.answer(1, kDnsOneHost, ScriptedServer::Pace::byte_by_byte);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    CHECK(world.known_host(client) == kHost11);
}

TEST_CASE("nonsense from dns costs a connection and not the agent") {
    World world;
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
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    client.ask(kGetHost11);
    REQUIRE(eventually([&] { return world.dns.received(1) >= 1; }));
    world.dns.drop_connections();
    CHECK(world.known_host(client) == kHost11);
}

TEST_CASE("a module as large as an original dns can send is served, its route cut to a datagram") {
    World world;
    GetRouteResponse response;
    response.set_modid(1);
    response.set_cmdid(1);
    for (int i = 0; i < 4000; ++i) {
        auto& host = *response.add_host();
        host.set_ip(-1'062'731'776 + i);
        host.set_port(80);
    }
    world.dns.answer(1, frame(2, response.SerializeAsString()));
    const auto stop = world.running.run({&*world.service});
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
    World world;
    world.dns.answer(ID_Hello, ack_of_ours());
    world.dns.answer(1, route_of({1, 1}, 10'000));
    const auto stop = world.running.run({&*world.service});
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
    World world;
    world.dns.answer(1, kDnsTwoHosts);
    const auto stop = world.running.run({&*world.service});
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
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    // An original dns never says Hello; the agent knows after a second.
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    std::this_thread::sleep_for(1100ms);
    world.dns.push(kDnsNoHosts);
    for (int i = 0; i < 20; ++i) CHECK(client.ask(kGetHost11) == kHost11);
}

TEST_CASE("one failed report doesn't overload a new host; many do, and time heals it") {
    World world("classic");
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    CHECK(client.ask(kGetHost11) == kHost11);
    for (int i = 0; i < 15; ++i) client.send(kFailed11);
    CHECK(client.ask(kGetHost11) == kOverload11);
}

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

TEST_CASE("a module's policy comes with its route, and changes without loss of statistics") {
    World world("round_robin");
    world.dns.answer(1, route_11({100, 100, 100, 100}, "classic"));
    const auto stop = world.running.run({&*world.service});
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));

    caller.fail(2, 15);
    CHECK(caller.picks(220)[2] == 20);  // classic tries it by each eleventh pick

    world.dns.answer(1, route_11({100, 100, 100, 100}, "adaptive"));
    world.dns.push(route_11({100, 100, 100, 100}, "adaptive"));
    CHECK(eventually([&] { return caller.picks(220)[2] == 0; }));

    // No policy of its own: the agent's default takes everybody's turn.
    world.dns.answer(1, route_11({100, 100, 100, 100}, ""));
    world.dns.push(route_11({100, 100, 100, 100}, ""));
    CHECK(eventually([&] { return caller.picks(220)[2] == 55; }));
}

TEST_CASE("a policy that this agent doesn't know is its default, and counted") {
    World world("round_robin");
    world.dns.answer(1, route_11({100, 100}, "of_tomorrow"));
    const auto stop = world.running.run({&*world.service});
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));
    CHECK(caller.picks(100) == std::map<int, int>{{1, 50}, {2, 50}});
    CHECK(world.running.count("lars_agent_policies_refused_total") == 1);
}

TEST_CASE("shares follow the weights of the route, and weight 0 drains") {
    World world("weighted_round_robin");
    world.dns.answer(1, route_11({100, 300, 0}, ""));
    const auto stop = world.running.run({&*world.service});
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));
    auto picked = caller.picks(400);
    CHECK(std::abs(picked[1] - 100) <= 1);
    CHECK(picked.count(3) == 0);
}

TEST_CASE("changes of an endpoint's state are counted") {
    World world("adaptive");
    world.dns.answer(1, route_11({100, 100}, ""));
    const auto stop = world.running.run({&*world.service});
    Caller caller(world.port(2));
    REQUIRE(eventually([&] { return caller.pick() != 0; }));
    caller.fail(1, 5);
    CHECK(eventually([&] {
        return world.running.count("lars_agent_state_changes_total", {{"to", "ejected"}}) == 1;
    }));
}

TEST_CASE("calls go to an original reporter as snapshots with this host's address") {
    World world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    REQUIRE(eventually([&] { return world.reporter.received(3) >= 1; }));
    ReportStatusRequest request;
    REQUIRE(request.ParseFromString(world.reporter.last_body(3)));
    CHECK(request.seq() == 0);
    CHECK(request.caller() == 0x7F000001);
    REQUIRE(request.results_size() == 1);
    CHECK(request.results(0).err() == 1);
    CHECK(request.results(0).ip() == -1'062'731'343);
}

TEST_CASE(
    "calls go to a reporter of ours as one batch in flight, resent unchanged until it is stored"
) {
    World world;
    world.dns.answer(1, kDnsOneHost);
    world.reporter.answer(
        32, *wire::encode_frame(ID_HelloAck, wire::hello_ack_of({.role = ROLE_REPORTER}))
    );
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    REQUIRE(eventually([&] { return world.reporter.received(3) >= 1; }));
    const auto first = world.reporter.last_body(3);
    client.send(kFailed11);  // accumulates, as the first batch isn't acknowledged
    world.reporter.drop_connections();
    REQUIRE(eventually([&] { return world.reporter.received(3) >= 2; }));
    CHECK(world.reporter.last_body(3) == first);
    ReportStatusRequest request;
    REQUIRE(request.ParseFromString(first));
    CHECK(request.seq() == 1);
    ReportAck ack;
    ack.set_instance(request.instance());
    ack.set_seq(1);
    world.reporter.push(frame(34, ack.SerializeAsString()));
    REQUIRE(eventually([&] { return world.reporter.received(3) >= 3; }));
    REQUIRE(request.ParseFromString(world.reporter.last_body(3)));
    CHECK(request.seq() == 2);
    ack.set_seq(2);
    world.reporter.push(frame(34, ack.SerializeAsString()));
}

TEST_CASE("calls are shown by module, and by endpoint on request") {
    World world([](agent::Options& options) { options.call_metrics.endpoints = 10; });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    client.send(kFailed11);
    const std::string module = R"({modid="1",cmdid="1")";
    const auto shows = [&world](const std::string& line) {
        return eventually([&] {
            return world.running.metrics.text().find(line) != std::string::npos;
        });
    };
    CHECK(shows(
        "\nlars_agent_module_calls_total" + module +
        R"(,result="failure"} 2)"
        "\n"
    ));
    CHECK(shows(
        "\nlars_agent_endpoint_calls_total" + module +
        R"(,endpoint="192.168.1.177:7777",result="failure"} 2)"
        "\n"
    ));
}

TEST_CASE("datagrams that the kernel drops are counted, shard by shard") {
    World world([](agent::Options& options) { options.buffers = {.receive = 4'096}; });
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(1));
    CHECK(eventually([&] {
        for (int i = 0; i < 1'000; ++i) client.send("x");
        return world.running.count("lars_agent_kernel_drops_total", {{"shard", "1"}}) > 0;
    }));
    CHECK(world.running.count("lars_agent_kernel_drops_total", {{"shard", "0"}}) == 0);
}

TEST_CASE("a taken port is fatal, with the port in the message") {
    World first;
    const auto stop = first.running.run({&*first.service});
    Running running;
    agent::Options options;
    options.udp = Endpoint::from_ipv4(0x7F000001, first.port(0));
    agent::Service second(running.runtime, options, running.metrics, running.log);
    try {
        const auto second_stop = running.run({&second});
        FAIL("it started");
    } catch (const runtime::StartError& error) {
        CHECK(std::string(error.what()).find(std::to_string(first.port(0))) != std::string::npos);
    }
}

TEST_CASE("unknown modules are bounded") {
    World world;
    const auto stop = world.running.run({&*world.service});
    UdpPeer client(world.port(0));
    for (int i = 0; i < 30'300; i += 3) {
        GetHostRequest request;
        request.set_modid(i);
        client.send(frame(4, request.SerializeAsString()));
        if (i % 60 == 0) client.receive();
    }
    CHECK(client.ask(frame(4, "")));
}
