#include "programs.hpp"

using namespace lars::test;

TEST_CASE("the demo's failing server is ejected, tried and taken back, and the reasons are shown") {
    Dev dev;
    const auto done = run_lars(
        {"demo", "--seconds", "9", "--events", dev.directory.file("out")},
        {{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}}
    );
    CAPTURE(done.output);
    CHECK(done.status == 0);
    const auto shows = [&done](const char* words) {
        return done.output.find(words) != std::string::npos;
    };
    CHECK(shows(" fails from now on\n"));
    CHECK(shows("healthy -> ejected for 1.0 s: "));
    CHECK(shows("ejected -> half-open: its time is over: single calls try it"));
    CHECK(shows("half-open -> ejected for "));
    CHECK(shows(": a try failed"));
    CHECK(shows("half-open -> slow start for 10.0 s: 2 tries succeeded (wanted 2)"));
    CHECK(shows("broken"));
}
