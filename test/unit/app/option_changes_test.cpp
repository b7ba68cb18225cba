#include "app/option_changes.hpp"

#include "support/catch.hpp"

using namespace lars;
using Value = app::OptionSet::Value;
using Lines = app::OptionChanges::Lines;

TEST_CASE("what changed is told apart by whether it counts at once") {
    const std::vector<Value> before{
        {"listen", "127.0.0.1:1", false, false},
        {"level", "info", false, true},
        {"admin", "", false, false},
        {"kept", "1", false, true},
    };
    auto after = before;
    after[0].text = "127.0.0.1:2";
    after[1].text = "debug";
    after[2].text = "9100";
    const auto changes = app::compare(before, after);
    CHECK(changes.live == Lines{"level: info -> debug"});
    CHECK(changes.fixed == Lines{"listen: 127.0.0.1:1 -> 127.0.0.1:2", "admin: (nothing) -> 9100"});

    // The next reading is compared with what is in force: the first option waits for a restart.
    const auto again = app::compare(changes.in_force, after);
    CHECK(again.live.empty());
    CHECK(again.fixed == changes.fixed);
    CHECK(app::compare(changes.in_force, before).live == Lines{"level: debug -> info"});
    CHECK(app::compare(changes.in_force, before).fixed.empty());
}

TEST_CASE("a secret is named, and not shown") {
    const std::vector<Value> before{{"password", "old", true, false}};
    const std::vector<Value> after{{"password", "new", true, false}};
    CHECK(app::compare(before, after).fixed == Lines{"password: (not shown)"});
}
