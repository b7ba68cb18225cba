#include "agent/host_address.hpp"
#include "support/catch.hpp"
#include "wire/frame.hpp"
#include "world.hpp"

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// The others know that theirs is an original one.
void judging_reporters(agent::Options& options) {
    options.reporter_kind = net::PeerExpectation::either;
}

}  // namespace

TEST_CASE("calls go to an original reporter as snapshots with this host's address") {
    AgentWorld world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
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

TEST_CASE("an agent whose dns is on its host is called by the host's own address") {
    AgentWorld world([](agent::Options& options) { options.caller.reset(); });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    REQUIRE(eventually([&] { return world.reporter.received(3) >= 1; }));
    ReportStatusRequest request;
    REQUIRE(request.ParseFromString(world.reporter.last_body(3)));
    agent::HostAddress expected({});
    expected.note_interfaces(agent::find_host_interfaces());
    CHECK(static_cast<std::uint32_t>(request.caller()) == expected.ipv4());
}

TEST_CASE(
    "calls go to a reporter of ours as one batch in flight, resent unchanged until it is stored"
) {
    AgentWorld world(judging_reporters);
    world.dns.answer(1, kDnsOneHost);
    world.reporter.answer(
        32, *wire::encode_frame(ID_HelloAck, wire::hello_ack_of({.role = ROLE_REPORTER}))
    );
    const auto stop = world.run();
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

namespace {

const std::string kReporterAck =
    *wire::encode_frame(ID_HelloAck, wire::hello_ack_of({.role = ROLE_REPORTER}));

ReportStatusRequest last_report(const AgentWorld& world) {
    ReportStatusRequest request;
    REQUIRE(request.ParseFromString(world.reporter.last_body(ID_ReportStatusRequest)));
    return request;
}

void acknowledge(AgentWorld& world, const ReportStatusRequest& request) {
    ReportAck ack;
    ack.set_instance(request.instance());
    ack.set_seq(request.seq());
    world.reporter.push(*wire::encode_frame(ID_ReportAck, ack));
}

}  // namespace

TEST_CASE("calls that a silent reporter was shown are delivered when it answers Hello late") {
    AgentWorld world(judging_reporters);
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    REQUIRE(eventually([&] { return world.reporter.received(ID_ReportStatusRequest) == 1; }));
    CHECK(last_report(world).seq() == 0);
    client.send(kFailed11);
    REQUIRE(eventually([&] { return world.reporter.received(ID_ReportStatusRequest) == 2; }));
    world.reporter.push(kReporterAck);
    REQUIRE(eventually([&] { return world.reporter.received(ID_ReportStatusRequest) == 3; }));
    const auto batch = last_report(world);
    CHECK(batch.seq() == 1);
    REQUIRE(batch.results_size() == 1);
    CHECK(batch.results(0).err() == 2);
    acknowledge(world, batch);
}

TEST_CASE("a reporter of ours that hangs is shown no calls, and gets them when it goes on") {
    AgentWorld world(judging_reporters);
    world.dns.answer(1, kDnsOneHost);
    world.reporter.answer(ID_Hello, kReporterAck);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    REQUIRE(eventually([&] {
        return world.running.count("lars_link_connected", {{"link", "reporter"}}) == 1;
    }));
    world.reporter.answer(ID_Hello, "");
    world.reporter.drop_connections();
    const auto before = world.reporter.received(ID_Hello);
    client.send(kFailed11);
    // For longer than an original reporter would have to be silent.
    REQUIRE(eventually([&] { return world.reporter.received(ID_Hello) >= before + 2; }));
    CHECK(world.reporter.received(ID_ReportStatusRequest) == 0);
    CHECK(world.running.count("lars_link_connected", {{"link", "reporter"}}) == 0);
    world.reporter.push(kReporterAck);
    REQUIRE(eventually([&] { return world.reporter.received(ID_ReportStatusRequest) == 1; }));
    const auto batch = last_report(world);
    CHECK(batch.seq() == 1);
    CHECK(batch.results(0).err() == 1);
    acknowledge(world, batch);
}

TEST_CASE("a reporter that is configured to be an original one is given its calls for good") {
    AgentWorld world;
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(world.known_host(client) == kHost11);
    client.send(kFailed11);
    REQUIRE(eventually([&] { return world.reporter.received(ID_ReportStatusRequest) == 1; }));
    CHECK(last_report(world).seq() == 0);
    CHECK(world.running.count("lars_link_connected", {{"link", "reporter"}}) == 1);
    world.reporter.push(kReporterAck);
    client.send(kFailed11);
    REQUIRE(eventually([&] { return world.reporter.received(ID_ReportStatusRequest) == 2; }));
    const auto batch = last_report(world);
    CHECK(batch.seq() == 1);
    CHECK(batch.results(0).err() == 1);
    acknowledge(world, batch);
}

TEST_CASE("calls are shown by module, and by endpoint on request") {
    AgentWorld world([](agent::Options& options) { options.call_metrics.endpoints = 10; });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
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

TEST_CASE("each shard shows how many modules it holds, and how many of them are unknown") {
    AgentWorld world([](agent::Options& options) { options.unknown_module_timeout = 1h; });
    world.dns.answer(1, kDnsOneHost);
    const auto stop = world.run();
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

TEST_CASE("datagrams that the kernel drops are counted, shard by shard") {
    AgentWorld world([](agent::Options& options) { options.buffers = {.receive = 4'096}; });
    const auto stop = world.run();
    UdpPeer client(world.port(1));
    CHECK(eventually([&] {
        for (int i = 0; i < 1'000; ++i) client.send("x");
        return world.running.count("lars_agent_kernel_drops_total", {{"shard", "1"}}) > 0;
    }));
    CHECK(world.running.count("lars_agent_kernel_drops_total", {{"shard", "0"}}) == 0);
}
