#include "agent/route_keeper.hpp"

#include "base/frame.hpp"
#include "runtime/listen.hpp"
#include "runtime/task_group.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "wire/route.hpp"

#include <boost/asio/io_context.hpp>
#include <spdlog/sinks/ostream_sink.h>

#include <fstream>
#include <sstream>

using namespace lars;
using namespace lars::agent;

namespace {

/// What one start of the keeper says.
struct Start {
    explicit Start(const std::string& path) : keeper(context.get_executor(), path, metrics, log) {}

    std::ostringstream said;
    spdlog::logger log{"test", std::make_shared<spdlog::sinks::ostream_sink_st>(said)};
    boost::asio::io_context context{1};
    metrics::Registry metrics;
    RouteKeeper keeper;
};

Route route(std::uint32_t hosts = 1) {
    Route out;
    out.module = {1, 1};
    for (std::uint32_t i = 1; i <= hosts; ++i) {
        out.endpoints.push_back({Endpoint::from_ipv4(i, 80), kDefaultWeight, ""});
    }
    return out;
}

RouteUpdate update_of(const Route& route) {
    const auto response = wire::to_wire(route, etag_of(route), kMaxHelloBody);
    return {
        .endpoint_table = std::make_shared<const lb::EndpointTable>(route),
        .bytes = std::make_shared<const std::string>(response.SerializeAsString()),
    };
}

}  // namespace

TEST_CASE("what was held is known after a restart, and what was gone isn't") {
    const test::TempDir directory;
    const auto path = directory.file("routes");
    {
        Start first(path);
        CHECK(first.keeper.take_restored().empty());
        first.keeper.on_route(update_of(route()));
        first.keeper.flush();
    }
    {
        Start second(path);
        CHECK(second.keeper.take_restored() == std::vector{route()});
        second.keeper.on_route(update_of(route(0)));
        second.keeper.flush();
    }
    CHECK(Start(path).keeper.take_restored().empty());
}

TEST_CASE("a route that comes from elsewhere now is known as such after a restart") {
    const test::TempDir directory;
    const auto path = directory.file("routes");
    {
        Start first(path);
        first.keeper.on_route(update_of(route()));
        first.keeper.on_origin({1, 1}, {5, 10});
        first.keeper.flush();
    }
    const auto restored = Start(path).keeper.take_restored();
    REQUIRE(restored.size() == 1);
    CHECK(restored[0].store_id == 5);
    CHECK(restored[0].version == 10);
}

TEST_CASE("routes from before the start are kept when others change") {
    const test::TempDir directory;
    const auto path = directory.file("routes");
    auto other = route(2);
    other.module = {2, 1};
    {
        Start first(path);
        first.keeper.on_route(update_of(route()));
        first.keeper.flush();
    }
    {
        Start second(path);
        second.keeper.on_route(update_of(other));
        second.keeper.flush();
    }
    CHECK(Start(path).keeper.take_restored() == std::vector{route(), other});
}

TEST_CASE("changes are written while it runs, by a thread of its own") {
    const test::TempDir directory;
    const auto path = directory.file("routes");
    Start start(path);
    start.keeper.on_route(update_of(route()));
    runtime::TaskGroup tasks(start.context.get_executor(), start.log);
    tasks.spawn("keeper", start.keeper.run());
    while (start.metrics.value("lars_agent_route_file_writes_total") == 0) start.context.run_one();
    CHECK(Start(path).keeper.take_restored() == std::vector{route()});
    tasks.cancel();
    start.context.run();
    CHECK(tasks.size() == 0);
}

TEST_CASE("a damaged file is put aside, and if that fails the log says so") {
    const test::TempDir directory;
    const auto path = directory.file("routes");
    std::ofstream(path) << "LARSRTESnonsense";
    SECTION("aside") {
        Start start(path);
        CHECK(start.keeper.take_restored().empty());
        CHECK(start.said.str().find("kept as " + path + ".refused") != std::string::npos);
        CHECK(std::filesystem::exists(path + ".refused"));
    }
    SECTION("no room aside") {
        std::filesystem::create_directories(path + ".refused/full");
        const Start start(path);
        CHECK(start.said.str().find("nor kept") != std::string::npos);
    }
}

TEST_CASE("a directory is no route file, and stays where it is") {
    const test::TempDir directory;
    const auto path = directory.path().string();
    CHECK_THROWS_AS(Start(path), runtime::StartError);
    CHECK(std::filesystem::is_directory(path));
}
