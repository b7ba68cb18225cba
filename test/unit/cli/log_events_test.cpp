#include "cli/log_events.hpp"

#include "cli/errors.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fstream>

using namespace lars;

TEST_CASE("of a growing log, whole lines with a change of state are shown once") {
    const test::TempDir directory;
    const auto path = directory.file("agent.log");
    std::ofstream log(path);
    log << "1/1 a: well -> broken\n" << std::flush;
    cli::LogEvents events(path);
    CHECK(events.drain().empty());
    log << "started\n1/1 b: well -> bro" << std::flush;
    CHECK(events.drain().empty());
    log << "ken\n1/1 c: x -> y\n" << std::flush;
    CHECK(events.drain() == std::vector<std::string>{"1/1 b: well -> broken", "1/1 c: x -> y"});
    CHECK(events.drain().empty());
}

TEST_CASE("no log has no events, and a missing one is a failure") {
    CHECK(cli::LogEvents("").drain().empty());
    CHECK_THROWS_AS(cli::LogEvents("/no/such/log"), cli::Failure);
}
