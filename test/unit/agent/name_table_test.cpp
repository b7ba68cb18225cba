#include "agent/name_table.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

namespace {

NameUpdate update_of(std::string name, std::optional<ModuleId> module, std::string target = "") {
    return {std::move(name), {module, std::move(target), {}}};
}

}  // namespace

TEST_CASE("a new name is asked for once, and stands for what dns says") {
    NameTable table({});
    REQUIRE(table.use("payments", 0s));
    CHECK_FALSE(table.use("payments", 0s)->answered);
    CHECK(table.drain_new() == std::vector<std::string>{"payments"});
    CHECK(table.unknown() == 1);
    table.set(update_of("payments", ModuleId{1, 2}), 0s);
    CHECK(table.find("payments")->module == ModuleId{1, 2});
    CHECK(table.unknown() == 0);
    table.set(update_of("payments", ModuleId{3, 4}, "billing"), 0s);
    CHECK(table.find("payments")->module == ModuleId{3, 4});
    CHECK(table.find("payments")->alias);
    table.set(update_of("payments", {}), 0s);
    CHECK_FALSE(table.find("payments")->known);
    CHECK(table.find("payments")->answered);
    CHECK(table.unknown() == 1);
    CHECK_FALSE(table.has_new());
}

TEST_CASE("names that stand for nothing are bounded apart from all names") {
    NameTable table({.max_names = 4, .max_unknown = 2});
    CHECK(table.use("a", 0s));
    CHECK(table.use("b", 0s));
    CHECK_FALSE(table.use("c", 0s));
    CHECK(table.use("a", 0s));  // it is there already
    table.set(update_of("a", ModuleId{1, 1}), 0s);
    CHECK(table.use("c", 0s));
    table.set(update_of("b", ModuleId{1, 1}), 0s);
    CHECK(table.use("d", 0s));
    table.set(update_of("c", ModuleId{1, 1}), 0s);
    CHECK_FALSE(table.use("e", 0s));
    table.set(update_of("e", ModuleId{1, 1}), 0s);  // nor is one that another shard learned
    CHECK(table.size() == 4);
}

TEST_CASE("a name that nobody says is dropped, sooner when it stands for nothing") {
    NameTable table({.idle_timeout = 10s, .unknown_timeout = 1s});
    table.use("known", 0s);
    table.use("unknown", 0s);
    table.drain_new();
    table.set(update_of("known", ModuleId{1, 1}), 0s);
    table.advance(true, 999ms);
    CHECK(table.size() == 2);
    table.advance(true, 1s);
    CHECK(table.drain_dropped() == std::vector<std::string>{"unknown"});
    CHECK(table.unknown() == 0);
    table.advance(false, 1h);  // nobody could say it again
    CHECK(table.find("known"));
    table.advance(true, 1h);
    CHECK(table.drain_dropped() == std::vector<std::string>{"known"});
    CHECK(table.size() == 0);
    CHECK(table.use("known", 1h));
    CHECK(table.drain_new() == std::vector<std::string>{"known"});
}

TEST_CASE("however names come and go, those that are left are found") {
    NameTable table({.unknown_timeout = 1s});
    const auto name = [](int i) { return "name-" + std::to_string(i); };
    for (int i = 0; i < 1'000; ++i) table.use(name(i), 0s);
    for (int i = 0; i < 1'000; i += 3) table.use(name(i), 1s);
    for (int turn = 0; turn < 40; ++turn) table.advance(true, 1'500ms);
    CHECK(table.drain_dropped().size() == 666);
    for (int i = 0; i < 1'000; ++i) CHECK((table.find(name(i)) != nullptr) == (i % 3 == 0));
    for (int i = 0; i < 1'000; i += 2) table.forget(name(i));
    for (int i = 0; i < 1'000; ++i) {
        CHECK((table.find(name(i)) != nullptr) == (i % 3 == 0 && i % 2 == 1));
    }
    CHECK(table.size() == table.unknown());
}
