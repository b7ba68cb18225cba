#include "programs.hpp"

using namespace lars::test;

TEST_CASE("the demo's failing server is ejected and taken back, and the reasons are shown") {
    Dev dev;
    const auto done = run_lars(
        {"demo", "--rounds", "1", "--events", dev.directory.file("out")},
        {{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}}
    );
    CAPTURE(done.output);
    CHECK(done.status == 0);
    const auto shows = [&done](const char* words) {
        return done.output.find(words) != std::string::npos;
    };
    CHECK(shows(" fails from now on\n"));
    CHECK(shows("healthy -> ejected for "));
    CHECK(shows("broken"));
    CHECK(shows(" is mended\n"));
    CHECK(shows("-> slow start for "));
}
