#include "dns/registration/expiry_decision.hpp"

#include "support/catch.hpp"

#include <numeric>

using namespace lars;
using namespace lars::dns;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kStart{std::chrono::hours(1)};

OwnerId owner(int number) {
    OwnerId id{};
    id[0] = static_cast<std::uint8_t>(number >> 8);
    id[1] = static_cast<std::uint8_t>(number);
    return id;
}

store::GoneOwners gone(std::vector<int> owners, std::size_t known) {
    store::GoneOwners all;
    all.known = known;
    for (const auto each : owners) all.owners.push_back({owner(each), "host", 3s});
    return all;
}

std::vector<int> first(int count) {
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 1);
    return all;
}

store::OwnedShare share(int who, int module, std::uint64_t serving, std::uint64_t all) {
    return {owner(who), {1, module}, serving, all};
}

// Long enough that nobody else is expected to follow.
ExpiryDecision::Step decide(
    ExpiryDecision& decision,
    const store::GoneOwners& gone,
    const std::vector<store::OwnedShare>& shares,
    Clock::time_point now = kStart
) {
    decision.note_gone(gone, {}, now);
    decision.note_gone(gone, {}, now + 2s);
    return decision.decide(shares, now + 2s);
}

}  // namespace

TEST_CASE("one that is gone while all others are heard loses its instances at once") {
    ExpiryDecision decision({});
    const auto one = gone({1}, 100);
    CHECK(decision.note_gone(one, {99, 0}, kStart) == std::vector{owner(1)});
    const auto step = decision.decide({share(1, 1, 1, 10)}, kStart);
    REQUIRE(step.expire.size() == 1);
    CHECK(step.expire[0].owner == owner(1));
    CHECK(step.expire[0].except.empty());
    CHECK(step.hold.empty());
}

TEST_CASE("one that is gone while others are silent may be the first of a crowd") {
    ExpiryDecision decision({});
    CHECK(decision.note_gone(gone({1}, 100), {99, 20}, kStart).empty());
    // They come back: it was alone.
    CHECK(decision.note_gone(gone({1}, 100), {99, 19}, kStart + 300ms).size() == 1);
    ExpiryDecision crowd({});
    CHECK(crowd.note_gone(gone({1, 2}, 100), {98, 28}, kStart).empty());
    CHECK(crowd.note_gone(gone(first(29), 100), {71, 1}, kStart + 900ms).empty());
    CHECK(crowd.note_gone(gone(first(30), 100), {70, 0}, kStart + 1'300ms).size() == 30);
    CHECK(crowd.decide({}, kStart + 1'300ms).hold.size() == 30);
}

TEST_CASE("where others have sessions with another dns, a beat is waited for") {
    ExpiryDecision decision({});
    CHECK(decision.note_gone(gone({1}, 100), {50, 0}, kStart).empty());
    CHECK(decision.note_gone(gone({1}, 100), {50, 0}, kStart + 1'299ms).empty());
    CHECK(decision.note_gone(gone({1}, 100), {50, 0}, kStart + 1'300ms).size() == 1);
}

TEST_CASE("who follows is waited for, but not for ever") {
    ExpiryDecision decision({});
    std::vector<int> all;
    auto now = kStart;
    for (int i = 1; decision.note_gone(gone(all, 100), {}, now).empty(); ++i, now += 100ms) {
        all.push_back(i);
        REQUIRE(i < 20);
    }
    CHECK(now >= kStart + 1s);
    CHECK(now <= kStart + 1'500ms);
}

TEST_CASE("one that comes back meanwhile is left alone") {
    ExpiryDecision decision({});
    decision.note_gone(gone({1}, 100), {}, kStart);
    CHECK(decision.note_gone(gone({}, 0), {}, kStart + 1s).empty());
    CHECK(decision.note_gone(gone({1}, 100), {}, kStart + 2s).empty());
}

TEST_CASE("a crowd is held") {
    ExpiryDecision decision({});
    const auto step = decide(decision, gone(first(30), 100), {share(1, 1, 1, 1'000)});
    CHECK(step.expire.empty());
    REQUIRE(step.hold.size() == 30);
    CHECK(step.hold[0].reason == store::HeldBecause::flood);
    CHECK_FALSE(step.hold[0].module);
    CHECK(decision.held_owners() == 30);
    // It isn't decided again; and one that goes later alone does.
    CHECK(decision.note_gone(gone(first(30), 100), {}, kStart + 10s).empty());
    const auto later = decide(decision, gone(first(31), 100), {share(31, 1, 1, 900)}, kStart + 20s);
    CHECK(later.expire.size() == 1);
}

TEST_CASE("a fifth, or five, is no crowd, and those that went just now count") {
    CHECK(ExpiryDecision({}).decide({}, kStart).expire.empty());
    ExpiryDecision some({});
    CHECK(decide(some, gone(first(20), 100), {}).expire.size() == 20);
    ExpiryDecision few({});
    CHECK(decide(few, gone(first(5), 6), {}).expire.size() == 5);
    ExpiryDecision two_steps({});
    CHECK(decide(two_steps, gone(first(15), 100), {}).expire.size() == 15);
    auto others = gone({20, 21, 22, 23, 24, 25, 26}, 100);
    CHECK(decide(two_steps, others, {}, kStart + 500ms).hold.size() == 7);
}

TEST_CASE("a module's last instance is held, and more than half of those of more than two") {
    ExpiryDecision decision({});
    const auto step = decide(
        decision,
        gone({1, 2}, 10),
        {share(1, 1, 1, 1),  // its last
         share(1, 2, 1, 2),  // one of two may go
         share(1, 3, 1, 3),
         share(2, 3, 1, 3),  // two of three
         share(2, 4, 1, 2),
         share(2, 5, 0, 0)}  // it serves nothing
    );
    REQUIRE(step.expire.size() == 2);
    CHECK(step.expire[0].except == std::vector<ModuleId>{{1, 1}, {1, 3}});
    CHECK(step.expire[1].except == std::vector<ModuleId>{{1, 3}});
    REQUIRE(step.hold.size() == 3);
    CHECK(step.hold[0].reason == store::HeldBecause::last_ones);
    CHECK(step.hold[0].module == ModuleId{1, 1});
}

TEST_CASE("of a module, those that went within a lease count") {
    ExpiryDecision decision({});
    CHECK(decide(decision, gone({1}, 1'000), {share(1, 1, 1, 3)}).hold.empty());
    const auto second = decide(decision, gone({2}, 1'000), {share(2, 1, 1, 2)}, kStart + 1s);
    CHECK(second.hold.size() == 1);
    const auto third = decide(decision, gone({3}, 1'000), {share(3, 1, 1, 2)}, kStart + 9s);
    CHECK(third.hold.empty());
}

TEST_CASE("what is held goes when it is confirmed, or after ten minutes") {
    ExpiryDecision decision({});
    store::HeldInstances flood;
    flood.owner = owner(1);
    flood.held_for = 9min;
    store::HeldInstances last = flood;
    last.owner = owner(2);
    last.module = ModuleId{1, 1};
    last.reason = store::HeldBecause::last_ones;
    CHECK(decision.note_held({flood, last}).empty());
    CHECK(decision.held_owners() == 2);
    flood.confirmed = true;
    auto released = decision.note_held({flood, last});
    REQUIRE(released.size() == 1);
    CHECK(released[0].owner == owner(1));
    last.held_for = 10min;
    CHECK(decision.note_held({flood, last}).size() == 2);
    // Of one owner, what isn't to go yet stays.
    auto other = last;
    other.module = ModuleId{1, 2};
    other.held_for = 1min;
    released = decision.note_held({last, other});
    REQUIRE(released.size() == 1);
    CHECK(released[0].except == std::vector<ModuleId>{{1, 2}});
}
