#include "agent/name_directory.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;

namespace {

using Shards = NameDirectory::Shards;

constexpr ModuleId kOfShard2{1, 1};
constexpr ModuleId kOfShard1{3, 1};

NameUpdate update_of(std::optional<ModuleId> module, RouteOrigin origin = {7, 10}) {
    return {"payments", {module, "", origin}};
}

}  // namespace

TEST_CASE("dns is asked once for a name that several shards' clients say") {
    NameDirectory names(3);
    CHECK_FALSE(names.want("payments", 0));
    CHECK_FALSE(names.want("payments", 1));
    CHECK(names.drain_new() == std::vector{NamePull{"payments", {}}});
    CHECK(names.drain_new().empty());
    // The module's shard is told first, since it is sent the questions.
    CHECK(names.receive(update_of(kOfShard2)) == Shards{2, 1, 0});
    CHECK(names.want("payments", 0) == update_of(kOfShard2));
    CHECK(names.all() == std::vector{NamePull{"payments", update_of(kOfShard2).meaning}});
}

TEST_CASE("what is no news is kept, and told to nobody") {
    NameDirectory names(3);
    names.want("payments", 2);
    CHECK(names.receive(update_of(kOfShard2)) == Shards{2});
    CHECK(names.receive(update_of(kOfShard2, {7, 11})).empty());
    CHECK(names.holds(update_of(kOfShard2, {7, 11})));
    CHECK(names.receive({"other", {kOfShard1, "", {}}}).empty());  // nobody said it
    CHECK(names.size() == 1);
}

TEST_CASE("a name that is pointed elsewhere is told to the new module's shard first") {
    NameDirectory names(3);
    names.want("payments", 2);
    names.receive(update_of(kOfShard2));
    CHECK(names.receive(update_of(kOfShard1, {7, 11})) == Shards{1, 2});
    CHECK(names.receive(update_of({}, {7, 12})) == Shards{1, 2});
    CHECK(names.receive(update_of(kOfShard2, {7, 13})) == Shards{2, 1});
}

TEST_CASE("a dns that is behind takes no name back") {
    NameDirectory names(3);
    names.want("payments", 2);
    names.receive(update_of(kOfShard2, {7, 10}));
    CHECK(names.receive(update_of({}, {7, 9})).empty());
    CHECK(names.holds(update_of(kOfShard2, {7, 10})));
    // Whether another store is to be believed is for dns to say, which knows what it adopted.
    CHECK_FALSE(names.receive(update_of({}, {8, 1})).empty());
}

TEST_CASE("a name is left when the last shard has dropped it") {
    NameDirectory names(3);
    names.want("payments", 0);
    names.receive(update_of(kOfShard2));
    CHECK_FALSE(names.leave("payments", 0));
    CHECK(names.leave("payments", 2));
    CHECK_FALSE(names.leave("payments", 2));
    CHECK(names.size() == 0);
}

TEST_CASE("a name from before the start is held where it will be asked for") {
    NameDirectory names(3);
    CHECK(names.restore(update_of(kOfShard2)) == Shards{2, 0});
    CHECK(names.want("payments", 1) == update_of(kOfShard2));
    CHECK(names.drain_new().empty());
    CHECK(names.all().size() == 1);  // dns is asked whether it is still so
}
