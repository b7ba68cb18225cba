#include "programs.hpp"

using namespace lars::test;

TEST_CASE("the demo calls its modules, shows the failing endpoint, and ends by itself") {
    Dev dev;
    const auto done = run_lars(
        {"demo", "--seconds", "4"}, {{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}}
    );
    CAPTURE(done.output);
    CHECK(done.status == 0);
    CHECK(done.output.find("(fails on purpose)") != std::string::npos);
    CHECK(done.output.find("overload") != std::string::npos);
}
