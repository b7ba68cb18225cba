#include "dns/subscriptions.hpp"

#include "support/catch.hpp"

#include <array>

using namespace lars;
using namespace lars::dns;
using Kind = Subscriptions::Kind;

namespace {

/// Sessions that are only named, as Subscriptions does.
class Names {
public:
    net::Session& operator[](std::size_t i) { return reinterpret_cast<net::Session&>(places_[i]); }

private:
    std::array<std::max_align_t, 4> places_{};
};

struct World {
    explicit World(const SubscriptionLimits& limits = SubscriptionLimits())
        : subscriptions(limits, counts) {}

    std::size_t subscribers(ModuleId id) const { return subscriptions.of(id).size(); }

    Names sessions;
    SubscriptionCounts counts;
    Subscriptions subscriptions;
};

constexpr ModuleId kOne{1, 1};
constexpr ModuleId kTwo{2, 1};
constexpr ModuleId kThree{3, 1};

}  // namespace

TEST_CASE("a session that subscribes twice is one subscriber") {
    World world;
    CHECK(world.subscriptions.add(world.sessions[0], kOne, Kind::known));
    CHECK(world.subscriptions.add(world.sessions[0], kOne, Kind::known));
    CHECK(world.subscriptions.add(world.sessions[1], kOne, Kind::known));
    CHECK(world.subscribers(kOne) == 2);
    CHECK(world.subscribers(kTwo) == 0);
    CHECK(world.counts.all == 2);
    CHECK(world.counts.unknown == 0);
}

TEST_CASE("one session's subscriptions are bounded, and others' aren't touched by it") {
    World world({.per_session = 2});
    CHECK(world.subscriptions.add(world.sessions[0], kOne, Kind::known));
    CHECK(world.subscriptions.add(world.sessions[0], kTwo, Kind::known));
    CHECK_FALSE(world.subscriptions.add(world.sessions[0], kThree, Kind::known));
    CHECK(world.subscriptions.add(world.sessions[0], kOne, Kind::known));
    CHECK(world.subscriptions.add(world.sessions[1], kThree, Kind::known));
    CHECK(world.subscribers(kThree) == 1);
}

TEST_CASE("subscriptions to modules without a route have limits of their own") {
    World world({.unknown_per_session = 1, .unknown = 2});
    CHECK(world.subscriptions.add(world.sessions[0], kOne, Kind::unknown));
    CHECK_FALSE(world.subscriptions.add(world.sessions[0], kTwo, Kind::unknown));
    CHECK(world.subscriptions.add(world.sessions[0], kTwo, Kind::known));
    CHECK(world.subscriptions.add(world.sessions[1], kOne, Kind::unknown));
    // Over all sessions there is no room left.
    CHECK_FALSE(world.subscriptions.add(world.sessions[2], kOne, Kind::unknown));
    CHECK(world.counts.unknown == 2);
}

TEST_CASE("which limit keeps a session from another module is known") {
    using Limit = Subscriptions::Limit;
    World world({.per_session = 2, .unknown_per_session = 1, .unknown = 2});
    auto& subscriptions = world.subscriptions;
    CHECK(subscriptions.limit_for(world.sessions[0], Kind::unknown) == Limit::none);
    subscriptions.add(world.sessions[0], kOne, Kind::unknown);
    CHECK(subscriptions.limit_for(world.sessions[0], Kind::unknown) == Limit::session_unknown);
    CHECK(subscriptions.limit_for(world.sessions[0], Kind::known) == Limit::none);
    subscriptions.add(world.sessions[1], kOne, Kind::unknown);
    CHECK(subscriptions.limit_for(world.sessions[2], Kind::unknown) == Limit::unknown);
    subscriptions.add(world.sessions[0], kTwo, Kind::known);
    CHECK(subscriptions.limit_for(world.sessions[0], Kind::known) == Limit::session);
}

TEST_CASE("that a session has no room is said once, and once that it has some again") {
    World world({.per_session = 10});
    auto& subscriptions = world.subscriptions;
    auto& session = world.sessions[0];
    for (int i = 0; i < 10; ++i) subscriptions.add(session, {i, 1}, Kind::known);
    CHECK(subscriptions.take_refusals(session) == 0);
    CHECK(subscriptions.note_refusal(session));
    CHECK_FALSE(subscriptions.note_refusal(session));
    CHECK(subscriptions.note_refusal(world.sessions[1]));
    // One place comes and goes all the time; that is no room.
    subscriptions.remove(session, {0, 1});
    CHECK(subscriptions.take_refusals(session) == 0);
    subscriptions.remove(session, {1, 1});
    CHECK(subscriptions.take_refusals(session) == 2);
    CHECK(subscriptions.take_refusals(session) == 0);
    CHECK(subscriptions.note_refusal(session));
}

TEST_CASE("the limit on modules without a route is shared by all contexts") {
    World here({.unknown = 1});
    Subscriptions there({.unknown = 1}, here.counts);
    CHECK(here.subscriptions.add(here.sessions[0], kOne, Kind::unknown));
    CHECK_FALSE(there.add(here.sessions[1], kOne, Kind::unknown));
    here.subscriptions.remove(here.sessions[0]);
    CHECK(there.add(here.sessions[1], kOne, Kind::unknown));
}

TEST_CASE("a session that goes takes its subscriptions with it, and frees their places") {
    World world({.per_session = 2, .unknown_per_session = 1});
    world.subscriptions.add(world.sessions[0], kOne, Kind::known);
    world.subscriptions.add(world.sessions[0], kTwo, Kind::unknown);
    world.subscriptions.add(world.sessions[1], kOne, Kind::known);
    world.subscriptions.remove(world.sessions[0]);
    world.subscriptions.remove(world.sessions[0]);
    CHECK(world.subscribers(kOne) == 1);
    CHECK(world.subscribers(kTwo) == 0);
    CHECK(world.counts.all == 1);
    CHECK(world.counts.unknown == 0);
}

TEST_CASE("one subscription can be ended; ending one that isn't there changes nothing") {
    World world;
    world.subscriptions.add(world.sessions[0], kOne, Kind::unknown);
    world.subscriptions.add(world.sessions[0], kTwo, Kind::known);
    world.subscriptions.remove(world.sessions[0], kOne);
    world.subscriptions.remove(world.sessions[0], kOne);
    world.subscriptions.remove(world.sessions[0], kThree);
    world.subscriptions.remove(world.sessions[1], kTwo);
    CHECK(world.subscribers(kOne) == 0);
    CHECK(world.subscribers(kTwo) == 1);
    CHECK(world.counts.all == 1);
    CHECK(world.counts.unknown == 0);
}

TEST_CASE("a module that gets or loses its route moves its subscribers' places with it") {
    World world({.unknown_per_session = 1});
    world.subscriptions.add(world.sessions[0], kOne, Kind::unknown);
    world.subscriptions.set_kind(kOne, Kind::known);
    world.subscriptions.set_kind(kOne, Kind::known);
    CHECK(world.counts.unknown == 0);
    CHECK(world.subscriptions.add(world.sessions[0], kTwo, Kind::unknown));
    // Above the limit now; both stay, and no more are taken.
    world.subscriptions.set_kind(kOne, Kind::unknown);
    CHECK(world.counts.unknown == 2);
    CHECK(world.subscribers(kOne) == 1);
    CHECK_FALSE(world.subscriptions.add(world.sessions[0], kThree, Kind::unknown));
    world.subscriptions.set_kind(kThree, Kind::unknown);  // nobody's
    CHECK(world.counts.unknown == 2);
}
