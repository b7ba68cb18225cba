#include "lb/zones/nearest_first.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace lars::lb {
namespace {

std::vector<Slot> all_of(const Members& members) {
    std::vector<Slot> slots(members.active());
    std::iota(slots.begin(), slots.end(), Slot{0});
    return slots;
}

}  // namespace

bool NearestFirst::has_levels(const Members& members) {
    const auto nearness = members.nearness();
    return std::any_of(nearness.begin(), nearness.end(), [&](Nearness each) {
        return each != nearness.front();
    });
}

NearestFirst::NearestFirst(const Members& members)
    : members_(members), whole_(members.endpoint_table(), members.nearness(), all_of(members)) {}

Group& NearestFirst::choose(const Health* health, Time now, Random& random) {
    return *whole_.at(spill_over_.choose(whole_.shares(health, now), random));
}

LevelGroups& NearestFirst::levels(const Scope& scope) {
    if (!scope.group()) return whole_;
    const auto* group = scope.group();
    const auto found = of_groups_.find(group);
    if (found != of_groups_.end()) return found->second;
    LevelGroups made(members_.endpoint_table(), members_.nearness(), group->slots());
    return of_groups_.emplace(group, std::move(made)).first->second;
}

float NearestFirst::add_report(
    Slot slot, CallOutcome outcome, float took_us, const Health* health, Time now
) {
    const auto level = members_.nearness()[slot];
    spill_over_.add_report(level, outcome, took_us, whole_.shares(health, now));
    const auto usual = spill_over_.latency_us(level);
    const auto module = members_.counters().averages().latency_us;
    const bool far = level != Nearness::same_zone && usual > module && module > 0;
    return far ? took_us * module / usual : took_us;
}

}  // namespace lars::lb
