#include "agent/route_file.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "world.hpp"

#include <fstream>
#include <iterator>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// Of 3 shards, 2 and 1.
constexpr ModuleId kPayments{4, 1};
constexpr ModuleId kBilling{3, 1};

std::string names_ack() {
    HelloAck ack;
    ack.set_role(ROLE_DNS);
    ack.set_capabilities(CAPABILITY_NAMES);
    return frame(ID_HelloAck, ack.SerializeAsString());
}

std::string name_of(
    const std::string& name, std::optional<ModuleId> module, std::uint64_t version = 1
) {
    NameResponse response;
    response.set_name(name);
    response.set_missing(!module);
    if (module) {
        response.set_modid(module->modid);
        response.set_cmdid(module->cmdid);
    }
    response.set_store_id(7);
    response.set_version(version);
    return frame(ID_NameResponse, response.SerializeAsString());
}

std::string ask_by_name(const std::string& name, std::uint32_t wait_ms, ModuleId hint = {}) {
    GetHostRequest request;
    request.set_seq(9);
    request.set_modid(hint.modid);
    request.set_cmdid(hint.cmdid);
    request.set_name(name);
    request.set_wait_ms(wait_ms);
    return frame(ID_GetHostRequest, request.SerializeAsString());
}

ModuleId module_in(const GetHostResponse& response) {
    return {response.modid(), response.cmdid()};
}

void keep_file(agent::Options& options, const TempDir& dir) {
    options.route_file = dir.file("routes");
    options.unknown_module_timeout = 1h;
}

/// Whether the file has a route and a name.
bool is_kept(const TempDir& dir) {
    std::ifstream file(dir.file("routes"), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto content = agent::RouteFile::decode(bytes);
    return content.has_value() && content->size() == 1 && content->names.size() == 1;
}

double asked(const AgentWorld& world) {
    return world.running.count("lars_agent_names_asked_total");
}

bool ready(AgentWorld& world) {
    return eventually([&] { return world.service->dns_connected(); });
}

}  // namespace

TEST_CASE("a first question by name waits for the name, and then for the route") {
    AgentWorld world([](agent::Options& options) { options.unknown_module_timeout = 1h; });
    world.dns.answer(ID_Hello, names_ack());
    const auto stop = world.run();
    const std::size_t shard = GENERATE(0U, 1U, 2U);
    UdpPeer client(world.port(shard));
    // One that says another name is only there to see that the dns knows names.
    REQUIRE(ready(world));
    REQUIRE(eventually([&] {
        host_in(client.ask(ask_by_name("other", 0)));
        return world.dns.received(ID_NameRequest) > 0;
    }));
    client.send(ask_by_name("payments", 60'000));
    REQUIRE(eventually([&] { return world.dns.received(ID_NameRequest) == 2; }));
    world.dns.push(name_of("payments", kPayments));
    REQUIRE(eventually([&] { return world.dns.received(ID_GetRouteRequest) == 1; }));
    world.dns.push(route_of(kPayments, 1));
    const auto answer = host_in(client.receive());
    CHECK(answer.seq() == 9);
    CHECK(answer.retcode() == 0);
    CHECK(module_in(answer) == kPayments);
    // At once now, wherever it is asked and whatever the client takes it for.
    for (std::size_t i = 0; i < 3; ++i) {
        UdpPeer other(world.port(i));
        CHECK(eventually([&] {
            const auto again = host_in(other.ask(ask_by_name("payments", 0, kBilling)));
            return again.retcode() == 0 && module_in(again) == kPayments;
        }));
    }
}

TEST_CASE("a name that is pointed elsewhere is followed, and one that is gone is NOEXIST") {
    AgentWorld world([](agent::Options& options) { options.unknown_module_timeout = 1h; });
    world.dns.answer(ID_Hello, names_ack());
    world.dns.answer(ID_NameRequest, name_of("payments", kPayments));
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    const auto code = [&] {
        return host_in(client.ask(ask_by_name("payments", 0, kPayments))).retcode();
    };
    REQUIRE(eventually([&] {
        world.dns.push(route_of(kPayments, 1));
        return code() == 0;
    }));
    world.dns.push(name_of("payments", kBilling, 2));
    REQUIRE(eventually([&] {
        world.dns.push(route_of(kBilling, 1));
        const auto answer = host_in(client.ask(ask_by_name("payments", 0, kPayments)));
        return answer.retcode() == 0 && module_in(answer) == kBilling;
    }));
    world.dns.push(name_of("payments", {}, 1));  // of a dns that is behind
    world.dns.push(name_of("other", {}, 3));
    CHECK(code() == 0);
    world.dns.push(name_of("payments", {}, 3));
    CHECK(eventually([&] { return code() == 3; }));
}

TEST_CASE("a new connection to dns asks for every name, and says what is held") {
    AgentWorld world([](agent::Options& options) { options.unknown_module_timeout = 1h; });
    world.dns.answer(ID_Hello, names_ack());
    world.dns.answer(ID_NameRequest, name_of("payments", kPayments, 5));
    const auto stop = world.run();
    UdpPeer client(world.port(0));
    REQUIRE(eventually([&] {
        world.dns.push(route_of(kPayments, 1));
        return host_in(client.ask(ask_by_name("payments", 0))).retcode() == 0;
    }));
    const auto before = world.dns.received(ID_NameRequest);
    world.dns.drop_connections();
    REQUIRE(eventually([&] { return world.dns.received(ID_NameRequest) > before; }));
    NameRequest request;
    REQUIRE(request.ParseFromString(world.dns.last_body(ID_NameRequest)));
    CHECK(request.name() == "payments");
    CHECK(request.known());
    CHECK(request.modid() == kPayments.modid);
    CHECK(request.store_id() == 7);
    CHECK(request.version() == 5);
}

TEST_CASE("a dns that doesn't know names isn't asked for them, and nobody waits") {
    AgentWorld world([](agent::Options& options) { options.unknown_module_timeout = 1h; });
    world.dns.answer(ID_Hello, ack_of_ours());
    const auto stop = world.run();
    REQUIRE(ready(world));
    UdpPeer client(world.port(0));
    for (int i = 0; i < 10; ++i) {
        CHECK(host_in(client.ask(ask_by_name("payments", 60'000))).retcode() == 3);
    }
    CHECK(world.dns.received(ID_NameRequest) == 0);
    CHECK(asked(world) == 0);
}

TEST_CASE("names and routes are served from the file when there is no dns") {
    const TempDir dir;
    {
        AgentWorld world([&](agent::Options& options) { keep_file(options, dir); });
        world.dns.answer(ID_Hello, names_ack());
        world.dns.answer(ID_NameRequest, name_of("payments", kPayments));
        const auto stop = world.run();
        UdpPeer client(world.port(0));
        REQUIRE(eventually([&] {
            world.dns.push(route_of(kPayments, 1));
            return host_in(client.ask(ask_by_name("payments", 0))).retcode() == 0;
        }));
        CHECK(eventually([&] { return is_kept(dir); }));
    }
    AgentWorld world([&](agent::Options& options) {
        keep_file(options, dir);
        options.dns = {{"127.0.0.1", 1}};
    });
    const auto stop = world.run();
    const std::size_t shard = GENERATE(0U, 2U);  // who knows nothing, and who knows the module
    UdpPeer client(world.port(shard));
    const auto answer = host_in(client.ask(ask_by_name("payments", 0)));
    CHECK(answer.retcode() == 0);
    CHECK(module_in(answer) == kPayments);
}

TEST_CASE("names that don't exist are asked once, bounded and counted, and dns is told to forget") {
    AgentWorld world([](agent::Options& options) {
        options.shards = 1;
        options.max_unknown_modules = 3;
        options.unknown_module_timeout = 300ms;
    });
    world.dns.answer(ID_Hello, names_ack());
    const auto stop = world.run();
    REQUIRE(ready(world));
    UdpPeer client(world.port(0));
    for (int i = 0; i < 10; ++i) {
        const auto name = "nothing-" + std::to_string(i);
        CHECK(host_in(client.ask(ask_by_name(name, 0))).retcode() == 3);
    }
    CHECK(host_in(client.ask(ask_by_name("Not a name", 0))).retcode() == 3);
    CHECK(world.running.count("lars_agent_names_refused_total") >= 1);
    CHECK(world.running.count("lars_agent_unknown_names_total") == 11);
    REQUIRE(eventually([&] {
        NameRequest request;
        return request.ParseFromString(world.dns.last_body(ID_NameRequest)) && request.leave();
    }));
}

TEST_CASE("reports and routes are asked for by name, too") {
    AgentWorld world([](agent::Options& options) { options.unknown_module_timeout = 1h; });
    world.dns.answer(ID_Hello, names_ack());
    world.dns.answer(ID_NameRequest, name_of("payments", kPayments));
    const auto stop = world.run();
    UdpPeer client(world.port(0));
    REQUIRE(eventually([&] {
        world.dns.push(route_of(kPayments, 2));
        return host_in(client.ask(ask_by_name("payments", 0))).retcode() == 0;
    }));
    GetRouteRequest request;
    request.set_name("payments");
    const auto bytes = client.ask(frame(ID_API_GetRouteRequest, request.SerializeAsString()));
    GetRouteResponse route;
    REQUIRE(bytes);
    REQUIRE(route.ParseFromString(bytes->substr(8)));
    CHECK(route.host_size() == 2);
    CHECK(route.modid() == kPayments.modid);
    CHECK(route.name() == "payments");
    ReportRequest report;
    report.set_name("payments");
    report.mutable_host()->set_ip(1);
    report.mutable_host()->set_port(80);
    client.send(frame(ID_ReportRequest, report.SerializeAsString()));
    CHECK(eventually([&] { return world.running.count("lars_agent_reports_total") == 1; }));
}
