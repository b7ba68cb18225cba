#include "agent/service.hpp"
#include "http/operator_pages.hpp"
#include "http/server.hpp"
#include "support/catch.hpp"
#include "support/free_port.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/scripted_server.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"
#include "wire/route.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <fstream>
#include <thread>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr std::uint32_t kLoopback = 0x7F000001;
constexpr std::uint32_t kFirstHost = 0x0A000001;

std::string get_host_of(ModuleId id) {
    GetHostRequest request;
    request.set_seq(1);
    request.set_modid(id.modid);
    request.set_cmdid(id.cmdid);
    return frame(ID_GetHostRequest, request.SerializeAsString());
}

std::string route_of(ModuleId id, std::uint32_t hosts) {
    Route route;
    route.module = id;
    route.policy = {"classic", {{"contin_err_limit", 3}}};
    for (std::uint32_t i = 0; i < hosts; ++i) {
        route.endpoints.push_back({Endpoint::from_ipv4(kFirstHost + i, 80), 50, "east"});
    }
    auto body = wire::to_wire(route, etag_of(route), kMaxUdpBody);
    body.set_name("payments");
    return frame(ID_GetRouteResponse, body.SerializeAsString());
}

std::string failure_of(ModuleId id) {
    ReportRequest request;
    request.set_modid(id.modid);
    request.set_cmdid(id.cmdid);
    request.mutable_host()->set_ip(kFirstHost);
    request.mutable_host()->set_port(80);
    request.set_retcode(1);
    return frame(ID_ReportRequest, request.SerializeAsString());
}

/// An agent of three shards with its pages, and the dns that it asks.
struct World {
    explicit World(const std::string& other_dns = "", const std::string& route_file = "") {
        agent::Options options;
        options.dns = {{"127.0.0.1", dns.port()}};
        if (!other_dns.empty()) options.dns = *runtime::parse_peers(other_dns);
        options.route_file = route_file;
        options.reporter = {{"127.0.0.1", reporter.port()}};
        options.udp = Endpoint::from_ipv4(kLoopback, 0);
        options.caller = kLoopback;
        service.emplace(running.runtime, options, running.metrics, running.log);
        serve_pages();
    }
    Running::Stop run() { return running.run({&*service, &*admin}); }

    UdpPeer client(ModuleId id) const {
        return UdpPeer(static_cast<std::uint16_t>(service->local().port + shard_of(id, 3)));
    }
    std::string get(const std::string& target) const {
        TcpPeer peer(admin->local().port);
        peer.send("GET " + target + " HTTP/1.0\r\n\r\n");
        return peer.receive_all();
    }
    json::object get_json(const std::string& target, const std::string& status = "200") const {
        const auto answer = get(target);
        CAPTURE(answer);
        REQUIRE(answer.starts_with("HTTP/1.0 " + status));
        REQUIRE(answer.find("Content-Type: application/json\r\n") != std::string::npos);
        return json::parse(answer.substr(answer.find("\r\n\r\n") + 4)).as_object();
    }

    void serve_pages() {
        http::Router router;
        http::HealthChecks checks;
        checks.readiness = [this] { return service->readiness(); };
        for (auto& page : http::operator_pages(running.metrics, checks)) {
            router.add(std::move(page));
        }
        for (auto& page : service->pages()) router.add(std::move(page));
        admin.emplace(
            "admin",
            running.runtime.executor(0),
            Endpoint::from_ipv4(kLoopback, 0),
            std::move(router),
            running.log
        );
    }

    ScriptedServer dns;
    ScriptedServer reporter;
    Running running{4};
    std::optional<agent::Service> service;
    std::optional<http::Server> admin;
};

}  // namespace

TEST_CASE("modules of all shards are listed in order, page by page") {
    World world;
    const auto stop = world.run();
    for (int i = 0; i < 10; ++i) {
        auto client = world.client({i, 7});
        REQUIRE(client.ask(get_host_of({i, 7})));
    }
    const auto all = world.get_json("/debug/modules");
    REQUIRE(all.at("modules").as_array().size() == 10);
    CHECK(all.at("next").is_null());
    const auto& third = all.at("modules").as_array()[3].as_object();
    CHECK(third.at("module") == "3/7");
    CHECK(third.at("shard") == 1);
    CHECK(third.at("endpoints") == 0);
    CHECK(third.at("questions") == 1);

    const auto part = world.get_json("/debug/modules?limit=4&after=2/7");
    REQUIRE(part.at("modules").as_array().size() == 4);
    CHECK(part.at("modules").as_array()[0].as_object().at("module") == "3/7");
    CHECK(part.at("next") == "6/7");
    const auto rest = world.get_json("/debug/modules?limit=4&after=6%2F7");
    CHECK(rest.at("modules").as_array().size() == 3);
    CHECK(rest.at("next").is_null());
}

TEST_CASE("a module's page shows its endpoints, and what changed their states") {
    const ModuleId id{1, 1};
    World world;
    world.dns.answer(1, route_of(id, 2));
    const auto stop = world.run();
    auto client = world.client(id);
    const auto page = [&] { return world.get_json("/debug/modules/1/1"); };
    client.ask(get_host_of(id));
    REQUIRE(eventually([&] { return page().at("endpoints").as_array().size() == 2; }));
    for (int i = 0; i < 3; ++i) client.send(failure_of(id));
    REQUIRE(eventually([&] { return !page().at("changes").as_array().empty(); }));

    const auto module = page();
    CHECK(module.at("reports") == 3);
    CHECK(module.at("policy").at("name") == "classic");
    CHECK(module.at("policy").at("parameters").at("contin_err_limit").to_number<int>() == 3);
    const auto& endpoint = module.at("endpoints").as_array()[0];
    CHECK(endpoint.at("endpoint") == "10.0.0.1:80");
    CHECK(endpoint.at("weight") == 50);
    CHECK(endpoint.at("zone") == "east");
    CHECK(module.at("zone") == "");
    CHECK(module.at("name") == "payments");
    CHECK(endpoint.at("state") == "overload");
    CHECK(module.at("endpoints").as_array()[1].at("state") == "idle");
    const auto& change = module.at("changes").as_array()[0];
    CHECK(change.at("from") == "idle");
    CHECK(change.at("to") == "overload");
    const auto text = json::value_to<std::string>(change.at("text"));
    CHECK_THAT(text, Catch::Matchers::Contains("3 failures in a row (limit 3)"));
}

TEST_CASE("a page that isn't there says so") {
    World world;
    const auto stop = world.run();
    const auto* target = GENERATE(
        "/debug/modules/5/5",
        "/debug/modules/",
        "/debug/modules/1",
        "/debug/modules/1/",
        "/debug/modules/1/x",
        "/debug/modules/1/1/1",
        "/debug/modules/-1/1",
        "/debug/modules/1/99999999999"
    );
    CAPTURE(target);
    CHECK(world.get_json(target, "404").contains("error"));
    const auto* query =
        GENERATE("limit=0", "limit=10001", "limit=", "limit=x", "after=1", "what=1");
    CAPTURE(query);
    const auto refused = world.get_json(std::string("/debug/modules?") + query, "400");
    CHECK(refused.contains("error"));
    CHECK(world.get("/debug").find("/debug/modules/") != std::string::npos);
}

TEST_CASE("pages that are asked for all the time cost no client its answer") {
    const ModuleId id{1, 1};
    World world;
    world.dns.answer(1, route_of(id, 300));
    const auto stop = world.run();
    auto client = world.client(id);
    const auto pick = [&] {
        GetHostResponse response;
        const auto answer = client.ask(get_host_of(id));
        return answer && response.ParseFromString(answer->substr(8)) && response.retcode() == 0;
    };
    REQUIRE(eventually(pick));
    std::atomic<bool> done{false};
    std::jthread reader([&] {
        while (!done) {
            world.get("/debug/modules/1/1");
            world.get("/debug/modules");
        }
    });
    int good = 0;
    for (int i = 0; i < 2'000; ++i) good += pick();
    done = true;
    CHECK(good == 2'000);
}

TEST_CASE("an agent is ready once it was connected to dns, or knows routes from before") {
    SECTION("connected") {
        World world;
        const auto stop = world.run();
        CHECK(eventually([&] { return world.get("/readyz").find("200") != std::string::npos; }));
    }
    SECTION("neither") {
        World world("127.0.0.1:" + std::to_string(free_port()));
        const auto stop = world.run();
        CHECK(world.get("/readyz").find("503") != std::string::npos);
        CHECK(world.get("/healthz").find("200") != std::string::npos);
    }
    SECTION("routes from before") {
        const TempDir directory;
        const auto path = directory.file("routes");
        agent::RouteFile file;
        const auto bytes = route_of({1, 1}, 1).substr(kFrameHeaderSize);
        file.set({1, 1}, std::make_shared<const std::string>(bytes));
        std::ofstream(path, std::ios::binary) << file.encode();
        World world("127.0.0.1:" + std::to_string(free_port()), path);
        const auto stop = world.run();
        CHECK(world.get("/readyz").find("200") != std::string::npos);
    }
}
