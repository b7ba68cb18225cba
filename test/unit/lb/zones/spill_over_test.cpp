#include "lb/zones/spill_over.hpp"

#include "support/catch.hpp"

#include <map>

using namespace lars;
using namespace lars::lb;

namespace {

constexpr auto kZone = Nearness::same_zone;
constexpr auto kRegion = Nearness::same_region;
constexpr auto kElsewhere = Nearness::elsewhere;

// Calls at the levels that are chosen, each taking as long as its level does; shares of the last
// half of them.
std::map<Nearness, double> calls(
    SpillOver& spill_over,
    const LevelShares& shares,
    int count,
    const std::map<Nearness, float>& latencies_us,
    Random& random
) {
    std::map<Nearness, double> made;
    for (int i = 0; i < count; ++i) {
        const auto level = spill_over.choose(shares, random);
        spill_over.add_report(level, CallOutcome::success, latencies_us.at(level), shares);
        if (2 * i >= count) made[level] += 2.0 / count;
    }
    return made;
}

}  // namespace

TEST_CASE("a level keeps all calls as long as five sevenths of it serve", "[zones]") {
    for (const float capacity : {1.0F, 0.8F, 0.72F}) {
        const LevelShares shares({capacity, 1, 1});
        CHECK(shares.share(kZone) == 1);
        CHECK(shares.share(kRegion) == 0);
    }
}

TEST_CASE("of less it keeps 1.4 times that, and the next has the rest", "[zones]") {
    const LevelShares half({0.5F, 1, 1});
    CHECK(half.share(kZone) == Approx(0.7));
    CHECK(half.share(kRegion) == Approx(0.3));
    CHECK(half.share(kElsewhere) == Approx(0).margin(1e-6));
    const LevelShares both({0.25F, 0.25F, 1});
    CHECK(both.share(kZone) == Approx(0.35));
    CHECK(both.share(kRegion) == Approx(0.35));
    CHECK(both.share(kElsewhere) == Approx(0.3));
}

TEST_CASE("when all are too small each has its part", "[zones]") {
    const LevelShares shares({0.1F, 0.2F, 0.1F});
    CHECK(shares.share(kZone) == Approx(0.25));
    CHECK(shares.share(kRegion) == Approx(0.5));
    CHECK(shares.share(kElsewhere) == Approx(0.25));
    CHECK(shares.at(0) == kZone);
    CHECK(shares.at(0.3F) == kRegion);
    CHECK(shares.at(0.9999F) == kElsewhere);
}

TEST_CASE("a level that can't be called is passed over", "[zones]") {
    const LevelShares shares({1, 0, 1});
    CHECK_FALSE(shares.can_be_called(kRegion));
    CHECK(shares.after(kZone) == kElsewhere);
    CHECK(shares.after(kElsewhere) == kElsewhere);
    const LevelShares none_near({0, 0, 1});
    CHECK(none_near.share(kElsewhere) == 1);
    CHECK(none_near.at(0) == kElsewhere);
    Random random(1);
    for (int i = 0; i < 1'000; ++i) CHECK(SpillOver().choose(none_near, random) == kElsewhere);
}

TEST_CASE("calls stay near as long as far ones take longer", "[zones]") {
    SpillOver spill_over;
    Random random(1);
    const LevelShares shares({1, 1, 0});
    const auto made =
        calls(spill_over, shares, 100'000, {{kZone, 1e4F}, {kRegion, 1.1e4F}}, random);
    // Some to know what they take.
    CHECK(made.at(kRegion) < 0.005);
    CHECK(made.at(kRegion) > 0.001);
}

TEST_CASE("the dearer the far calls, the fewer are made to know that", "[zones]") {
    SpillOver spill_over;
    Random random(1);
    const LevelShares shares({1, 0, 1});
    const auto made =
        calls(spill_over, shares, 200'000, {{kZone, 1e3F}, {kElsewhere, 80e3F}}, random);
    CHECK(1 - made.at(kZone) < 0.0005);
}

TEST_CASE("calls go over when near ones have become much dearer, and come back", "[zones]") {
    SpillOver spill_over;
    Random random(1);
    const LevelShares shares({1, 1, 0});
    calls(spill_over, shares, 10'000, {{kZone, 1e4F}, {kRegion, 1.1e4F}}, random);
    auto made = calls(spill_over, shares, 4'000, {{kZone, 5e4F}, {kRegion, 1.1e4F}}, random);
    CHECK(made.at(kRegion) > 0.8);
    // However long it lasts, some stay, and tell when their level is well again.
    made = calls(spill_over, shares, 100'000, {{kZone, 5e4F}, {kRegion, 1.1e4F}}, random);
    CHECK(made.at(kZone) > 0.02);
    made = calls(spill_over, shares, 8'000, {{kZone, 1e4F}, {kRegion, 1.1e4F}}, random);
    CHECK(made.at(kZone) > 0.95);
}

TEST_CASE("so many go over that near calls are about as dear as far ones", "[zones]") {
    SpillOver spill_over;
    Random random(1);
    const LevelShares shares({1, 1, 0});
    // The more stay, the longer they take: at a share of 0.43 they are as dear as the margin
    // allows.
    double stays = 1;
    for (int i = 0; i < 200'000; ++i) {
        const auto level = spill_over.choose(shares, random);
        stays += 0.001 * ((level == kZone ? 1 : 0) - stays);
        const auto near_us = 1e4 / (1.1 - stays) * 0.85;
        const auto took_us = static_cast<float>(level == kZone ? near_us : 1.1e4);
        spill_over.add_report(level, CallOutcome::success, took_us, shares);
    }
    CHECK(stays == Approx(1.1 - 0.85 / (1.15 * 1.1)).margin(0.1));
}

TEST_CASE("calls go over from each level to the next", "[zones]") {
    SpillOver spill_over;
    Random random(1);
    const LevelShares shares({1, 1, 1});
    const auto made = calls(
        spill_over, shares, 100'000, {{kZone, 5e5F}, {kRegion, 3e5F}, {kElsewhere, 1e5F}}, random
    );
    CHECK(made.at(kElsewhere) > 0.8);
}

TEST_CASE("failing calls are dear ones", "[zones]") {
    SpillOver spill_over;
    Random random(1);
    const LevelShares shares({1, 1, 0});
    calls(spill_over, shares, 10'000, {{kZone, 1e4F}, {kRegion, 1.1e4F}}, random);
    for (int i = 0; i < 1'000; ++i) {
        spill_over.add_report(kZone, CallOutcome::failure, 10, shares);
    }
    CHECK(spill_over.spill(kZone) > 0.5);
    const auto made = calls(spill_over, shares, 20'000, {{kZone, 1e4F}, {kRegion, 1.1e4F}}, random);
    CHECK(made.at(kZone) > 0.95);
}

TEST_CASE("where nobody says how long calls take, they stay near", "[zones]") {
    SpillOver spill_over;
    Random random(1);
    const LevelShares shares({1, 1, 1});
    const auto made = calls(
        spill_over, shares, 10'000, {{kZone, -1.0F}, {kRegion, -1.0F}, {kElsewhere, -1.0F}}, random
    );
    CHECK(made.at(kZone) > 0.99);
}
