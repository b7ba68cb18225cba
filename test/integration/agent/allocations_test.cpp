#include "support/allocations.hpp"

#include "agent/shard_pump.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kId{1, 1};

lb::EndpointTablePtr route(int hosts) {
    Route route;
    route.module = kId;
    for (int i = 0; i < hosts; ++i) {
        const auto ip = 0x0A000001U + static_cast<std::uint32_t>(i);
        route.endpoints.push_back({Endpoint::from_ipv4(ip, 80), kDefaultWeight, ""});
    }
    return std::make_shared<const lb::EndpointTable>(route);
}

/// One shard on the test's own thread.
struct World {
    World() {
        agent::ShardPump::Outlets outlets;
        outlets.pull = [](const auto&) {};
        outlets.leave = [](const auto&) {};
        outlets.report = [](const auto&) {};
        outlets.publish = [](const auto&) {};
        outlets.want_names = [](const auto&) {};
        outlets.leave_names = [](const auto&) {};
        agent::Options options;
        options.report_interval = 1h;       // what a report costs isn't each request's
        log.set_level(spdlog::level::err);  // nor are the lines of endpoints that are ejected
        const wire::Identity self{.role = ROLE_AGENT, .shards = 1};
        const auto loopback = Endpoint::from_ipv4(0x7F000001, 0);
        shard.emplace(
            context.get_executor(),
            agent::Shard::Place{0, 1},
            loopback,
            std::span<const lb::EndpointTablePtr>(),
            std::span<const agent::NameUpdate>(),
            options,
            self,
            outlets,
            metrics,
            log
        );
        shard->start();
        client.emplace(shard->local().port);
    }

    ~World() {
        bool stopped = false;
        const auto end = [&stopped](const std::exception_ptr&) { stopped = true; };
        boost::asio::co_spawn(context, shard->stop(), end);
        while (!stopped) context.run_one();
    }

    /// What the shard allocates until it has nothing left to do.
    std::size_t allocations_of_a_turn() {
        const auto before = allocations().made;
        context.poll();
        return allocations().made - before;
    }

    boost::asio::io_context context{1};
    metrics::Registry metrics;
    spdlog::logger log{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
    std::optional<agent::ShardPump> shard;
    std::optional<UdpPeer> client;
};

}  // namespace

TEST_CASE("in steady state neither get_host nor report allocates anything, nor does a bad one") {
    World world;
    // Longer than what a string holds in itself.
    const std::string name = GENERATE("", "batch-get.live-list.and-some-more");
    GetHostRequest get_host;
    get_host.set_seq(7);
    get_host.set_modid(kId.modid);
    get_host.set_cmdid(kId.cmdid);
    get_host.set_name(name);
    const auto question = frame(ID_GetHostRequest, get_host.SerializeAsString());
    world.client->send(question);
    world.context.poll();
    world.client->receive();
    world.shard->post_name({name, {kId, "", {}}});
    world.context.poll();
    world.client->send(question);  // the first one by name has asked for no module
    world.context.poll();
    world.client->receive();
    world.shard->post_route({.endpoint_table = route(20), .bytes = {}});
    world.context.poll();

    ReportRequest report;
    report.set_modid(kId.modid);
    report.set_cmdid(kId.cmdid);
    report.set_name(name);
    GetHostResponse answer;
    std::size_t for_questions = 0;
    std::size_t for_reports = 0;
    std::size_t for_bad = 0;
    constexpr int kWarmUp = 500;
    constexpr int kRounds = 3'000;
    for (int round = 0; round < kRounds; ++round) {
        world.client->send(question);
        const auto for_question = world.allocations_of_a_turn();
        for_questions += round < kWarmUp ? 0 : for_question;
        const auto reply = world.client->receive();
        REQUIRE(reply);
        REQUIRE(answer.ParseFromString(reply->substr(8)));
        REQUIRE(answer.retcode() == 0);
        *report.mutable_host() = answer.host();
        report.set_retcode(answer.host().ip() % 3 == 0 ? 1 : 0);  // endpoints are ejected, too
        report.set_latency_us(100);
        world.client->send(frame(ID_ReportRequest, report.SerializeAsString()));
        const auto for_report = world.allocations_of_a_turn();
        for_reports += round < kWarmUp ? 0 : for_report;
        world.client->send(frame(ID_ReportRequest, "\xFF\xFF"));
        const auto for_nonsense = world.allocations_of_a_turn();
        for_bad += round < kWarmUp ? 0 : for_nonsense;
    }
    CHECK(for_questions == 0);
    CHECK(for_reports == 0);
    CHECK(for_bad == 0);
    CHECK(world.metrics.value("lars_agent_reports_total") == kRounds);
}
