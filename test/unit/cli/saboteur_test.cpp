#include "cli/saboteur.hpp"

#include "support/catch.hpp"

#include <algorithm>

using namespace lars::cli;
using namespace std::chrono_literals;

TEST_CASE("one server of the first module breaks for three of every thirty seconds") {
    auto targets = start_servers();
    Saboteur saboteur(targets);
    const auto broken = [&targets] {
        return std::count_if(targets.begin(), targets.end(), [](const auto& each) {
            return each.second.server->manner() == EchoServer::Manner::hangs_up;
        });
    };
    CHECK_FALSE(saboteur.act(1s));
    CHECK(broken() == 0);
    const auto breaks = saboteur.act(2s);
    REQUIRE(breaks);
    CHECK(breaks->ends_with(" fails from now on"));
    CHECK(broken() == 1);
    CHECK_FALSE(saboteur.act(4s));
    const auto mended = saboteur.act(5s);
    REQUIRE(mended);
    CHECK(mended->ends_with(" is mended"));
    CHECK(broken() == 0);
    CHECK(saboteur.act(32s));
}
