#include "lb/zones/level_groups.hpp"

#include <vector>

namespace lars::lb {
namespace {

// While endpoints start slowly, what a level can carry is looked at so often.
constexpr Time kLook = std::chrono::milliseconds(100);

Capacities whole(const std::array<std::vector<Slot>, kNearnessLevels>& slots) {
    Capacities capacities{};
    for (std::size_t i = 0; i < kNearnessLevels; ++i) capacities[i] = slots[i].empty() ? 0 : 1;
    return capacities;
}

std::array<std::vector<Slot>, kNearnessLevels> by_level(
    std::span<const Nearness> nearness, std::span<const Slot> slots
) {
    std::array<std::vector<Slot>, kNearnessLevels> levels;
    for (const auto slot : slots) levels[static_cast<std::size_t>(nearness[slot])].push_back(slot);
    return levels;
}

}  // namespace

LevelGroups::LevelGroups(
    const EndpointTable& endpoint_table,
    std::span<const Nearness> nearness,
    std::span<const Slot> slots
)
    : endpoint_table_(endpoint_table), whole_(whole(by_level(nearness, slots))), shares_(whole_) {
    auto levels = by_level(nearness, slots);
    for (std::size_t i = 0; i < kNearnessLevels; ++i) {
        if (levels[i].empty()) continue;
        groups_[i] =
            std::make_unique<Group>(endpoint_table, std::move(levels[i]), WhenFewServe::only_those);
    }
}

const LevelShares& LevelGroups::shares(const Health* health, Time now) {
    if (!health || (health->serving_set().all_serve() && !health->any_starting())) {
        panics_ = false;
        return whole_;
    }
    if (version_ != health->serving_set().version() || now >= look_again_) look(*health, now);
    return shares_;
}

void LevelGroups::look(const Health& health, Time now) {
    Capacities capacities{};
    std::size_t count = 0;
    std::size_t serving_count = 0;
    for (std::size_t i = 0; i < kNearnessLevels; ++i) {
        if (!groups_[i]) continue;
        count += groups_[i]->size();
        float all = 0;
        float serving = 0;
        for (const auto slot : groups_[i]->slots()) {
            const auto weight = static_cast<float>(endpoint_table_.weight(slot));
            all += weight;
            if (!health.serving_set().serves(slot)) continue;
            ++serving_count;
            serving += weight * health.share(slot, now);
        }
        capacities[i] = serving / all;
    }
    shares_ = LevelShares(capacities);
    panics_ = health.serving_set().too_few(serving_count, count);
    version_ = health.serving_set().version();
    look_again_ = health.any_starting() ? now + kLook : Time::max();
}

}  // namespace lars::lb
