#include "cli/saboteur.hpp"

#include "support/catch.hpp"

#include <algorithm>

using namespace lars::cli;
using namespace std::chrono_literals;

TEST_CASE("one server of the first module breaks until it is ejected, and waits to be trusted") {
    auto targets = start_servers();
    Saboteur saboteur(targets);
    const auto broken = [&targets] {
        return std::count_if(targets.begin(), targets.end(), [](const auto& each) {
            return each.second.server->manner() == EchoServer::Manner::hangs_up;
        });
    };
    CHECK(targets.at(saboteur.victim()).module.modid == 1);
    CHECK_FALSE(saboteur.act(1s, false));
    CHECK(broken() == 0);
    const auto breaks = saboteur.act(2s, false);
    REQUIRE(breaks);
    CHECK(breaks->ends_with(" fails from now on"));
    CHECK(broken() == 1);
    CHECK_FALSE(saboteur.act(4s, true));  // too short to be tried
    CHECK_FALSE(saboteur.act(100s, false));
    const auto mended = saboteur.act(101s, true);
    REQUIRE(mended);
    CHECK(mended->ends_with(" is mended"));
    CHECK(broken() == 0);
    CHECK_FALSE(saboteur.act(102s, true));
    CHECK(saboteur.rounds() == 0);
    CHECK_FALSE(saboteur.act(103s, false));
    CHECK(saboteur.rounds() == 1);
    CHECK_FALSE(saboteur.act(104s, false));
    CHECK(saboteur.act(105s, false));
    CHECK(broken() == 1);
}

TEST_CASE("a server that is ejected and trusted at once breaks every thirty seconds") {
    auto targets = start_servers();
    Saboteur saboteur(targets);
    CHECK(saboteur.act(2s, false));
    CHECK(saboteur.act(5s, true));
    CHECK_FALSE(saboteur.act(6s, false));
    CHECK_FALSE(saboteur.act(31s, false));
    CHECK(saboteur.act(32s, false));
}
