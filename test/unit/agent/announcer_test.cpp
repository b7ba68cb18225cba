#include "agent/registration/announcer.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;

namespace {

Instance instance(const char* endpoint) {
    Instance made;
    made.key = {{"payments", {}}, *parse_endpoint(endpoint)};
    return made;
}

std::map<InstanceKey, Instance> all_of(std::initializer_list<Instance> instances) {
    std::map<InstanceKey, Instance> all;
    for (const auto& each : instances) all[each.key] = each;
    return all;
}

Announcer announcer() {
    OwnerId owner{};
    owner.fill(1);
    return {owner, "host-1", 3};
}

const auto kA = instance("10.0.0.1:80");
const auto kB = instance("10.0.0.1:81");

}  // namespace

TEST_CASE("a new connection hears all, and then what changes") {
    auto some = announcer();
    some.set(all_of({kA}), {});
    CHECK_FALSE(some.next());
    some.connect();
    auto first = some.next();
    REQUIRE(first);
    CHECK(first->whole);
    CHECK(first->start == 3);
    CHECK(first->seq == 1);
    CHECK(first->instances == std::vector{kA});
    CHECK_FALSE(some.is_stored(kA.key));

    // While one is on its way, what changes waits, and goes together.
    some.set(all_of({kA, kB}), {});
    some.set(all_of({kB}), {{kA.key, "stopped"}});
    CHECK_FALSE(some.next());
    CHECK(some.leaving().size() == 1);
    some.note_stored(1, {});
    const auto second = some.next();
    REQUIRE(second);
    CHECK_FALSE(second->whole);
    CHECK(second->seq == 2);
    CHECK(second->instances == std::vector{kB});
    REQUIRE(second->withdrawn.size() == 1);
    CHECK(second->withdrawn[0].key == kA.key);
    CHECK(second->withdrawn[0].reason == "stopped");
    CHECK(some.leaving().size() == 1);
    some.note_stored(2, {});
    CHECK(some.leaving().empty());
    CHECK_FALSE(some.next());
    CHECK(some.is_stored(kB.key));
}

TEST_CASE("another dns hears all again, with a higher number") {
    auto some = announcer();
    some.set(all_of({kA}), {});
    some.connect();
    some.next();
    some.disconnect();
    some.connect();
    const auto again = some.next();
    REQUIRE(again);
    CHECK(again->whole);
    CHECK(again->seq == 2);
    some.note_stored(1, {});  // of the connection before
    CHECK_FALSE(some.is_stored(kA.key));
    some.note_stored(2, {});
    CHECK(some.is_stored(kA.key));
    some.announce_again();
    REQUIRE(some.next());
}

TEST_CASE("an agent without instances says nothing, until it had some") {
    auto some = announcer();
    some.connect();
    CHECK_FALSE(some.next());
    some.set(all_of({kA}), {});
    REQUIRE(some.next());
    some.note_stored(1, {});
    some.set({}, {});
    const auto none = some.next();
    REQUIRE(none);
    CHECK(none->withdrawn.size() == 1);
    some.note_stored(2, {});
    some.disconnect();
    some.connect();
    const auto whole = some.next();
    REQUIRE(whole);
    CHECK(whole->whole);
    CHECK(whole->instances.empty());
}

TEST_CASE("what dns refuses isn't stored, and is known to be refused") {
    auto some = announcer();
    some.set(all_of({kA, kB}), {});
    some.connect();
    some.next();
    some.note_stored(1, {{kA.key, "not allowed"}});
    CHECK_FALSE(some.is_stored(kA.key));
    CHECK(some.refusal(kA.key) == "not allowed");
    CHECK(some.is_stored(kB.key));
    CHECK_FALSE(some.next());
}
