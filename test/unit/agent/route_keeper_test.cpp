#include "agent/route_keeper.hpp"

#include "runtime/listen.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

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

Route route() {
    Route out;
    out.module = {1, 1};
    out.endpoints.push_back({Endpoint::from_ipv4(1, 80), kDefaultWeight, ""});
    return out;
}

}  // namespace

TEST_CASE("what was put is there after a restart") {
    const test::TempDir directory;
    const auto path = directory.file("routes");
    {
        Start first(path);
        CHECK(first.keeper.take_restored().empty());
        first.keeper.put(route());
        first.keeper.flush();
    }
    CHECK(Start(path).keeper.take_restored() == std::vector{route()});
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
