#include "lb/policies/weighted_round_robin.hpp"

#include <algorithm>
#include <functional>

namespace lars::lb {

void WeightedRoundRobin::update(std::span<const Slot> /*origins*/, Time /*now*/) {
    dealt_ = false;
}

Slot WeightedRoundRobin::pick(const PickContext& /*context*/, Time /*now*/, Random& random) {
    if (!dealt_) {
        turns_.clear();
        for (Slot slot = 0; slot < members().active(); ++slot) {
            // A random place in the first round, so that hosts don't march in step.
            turns_.push_back({random.unit() / double(members().weight(slot)), slot});
        }
        std::make_heap(turns_.begin(), turns_.end(), std::greater<>());
        dealt_ = true;
    }
    std::pop_heap(turns_.begin(), turns_.end(), std::greater<>());
    auto& turn = turns_.back();
    const auto slot = turn.slot;
    turn.deadline += 1 / double(members().weight(slot));
    std::push_heap(turns_.begin(), turns_.end(), std::greater<>());
    return slot;
}

}  // namespace lars::lb
