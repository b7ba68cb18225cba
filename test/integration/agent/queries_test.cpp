#include "support/catch.hpp"
#include "world.hpp"

#include <limits>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

TEST_CASE("an original client gets the original's bytes") {
    AgentWorld world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    CHECK(client.ask(kGetHost11) == kNoexist11);
    CHECK(world.known_host(client) == kHost11);
    CHECK(client.ask(kGetRoute11) == kRoute11);
}

TEST_CASE("an unknown module has no route, in the original's bytes") {
    AgentWorld world;
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    CHECK(client.ask(kGetRoute11) == from_hex("080000000400000008011001"));
}

TEST_CASE("a datagram on another shard's port is answered from there, and counted") {
    AgentWorld world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer right(world.port(2));
    REQUIRE(world.known_host(right) == kHost11);
    UdpPeer wrong(world.port(0));
    CHECK(wrong.ask(kGetHost11) == kHost11);
    CHECK(world.running.count("lars_agent_misdirected_total") == 1);
}

TEST_CASE("an agent on all addresses answers from the one that was asked") {
    AgentWorld world([](agent::Options& options) { options.udp = Endpoint::from_ipv4(0, 0); });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer right(world.port(2), "127.0.0.2");
    REQUIRE(world.known_host(right) == kHost11);
    // By way of another shard, too.
    UdpPeer wrong(world.port(0), "127.0.0.3");
    CHECK(wrong.ask(kGetHost11) == kHost11);
}

TEST_CASE("negative and overflowing modules are answered, and the agent lives") {
    AgentWorld world;
    const auto stop = world.run();
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
    AgentWorld world;
    const auto stop = world.run();
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

TEST_CASE("a scanner of modules fills nothing for good, and those in use are served") {
    AgentWorld world([](agent::Options& options) {
        options.max_unknown_modules = 50;
        options.unknown_module_timeout = 2s;
    });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    const auto refused = [&] { return world.running.count("lars_agent_modules_refused_total"); };
    // Together, so that all are there at once even on a machine where each answer takes long.
    int next = 4;
    REQUIRE(eventually([&] {
        UdpPeer scanner(world.port(2));
        for (int i = 0; i < 60; ++i, next += 3) scanner.send(get_host_of({next, 1}, 1, 0));
        for (int i = 0; i < 60; ++i) CHECK(host_in(scanner.receive()).retcode() == 3);
        CHECK(client.ask(kGetHost11) == kHost11);
        return refused() > 0;
    }));
    const auto dropped = [&] { return world.running.count("lars_agent_modules_dropped_total"); };
    CHECK(eventually([&] { return dropped() >= 50; }));
}

TEST_CASE("unknown modules are bounded") {
    AgentWorld world;
    const auto stop = world.run();
    UdpPeer client(world.port(0));
    for (int i = 0; i < 30'300; i += 3) {
        GetHostRequest request;
        request.set_modid(i);
        client.send(frame(4, request.SerializeAsString()));
        if (i % 60 == 0) client.receive();
    }
    CHECK(client.ask(frame(4, "")));
}

TEST_CASE("a taken port is fatal, with the port in the message") {
    AgentWorld first;
    const auto stop = first.run();
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
