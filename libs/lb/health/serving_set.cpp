#include "lb/health/serving_set.hpp"

#include <utility>

namespace lars::lb {

void ServingSet::reset(const std::vector<bool>& suspended) {
    order_.resize(suspended.size());
    positions_.resize(suspended.size());
    serving_ = 0;
    auto behind = order_.size();
    for (Slot slot = 0; slot < suspended.size(); ++slot) {
        const auto position = suspended[slot] ? --behind : serving_++;
        order_[position] = slot;
        positions_[slot] = static_cast<Slot>(position);
    }
    count_candidates();
}

void ServingSet::suspend(Slot slot) {
    move_to(slot, --serving_);
    count_candidates();
}

void ServingSet::restore(Slot slot) {
    move_to(slot, serving_++);
    count_candidates();
}

void ServingSet::move_to(Slot slot, std::size_t position) {
    const auto other = order_[position];
    std::swap(order_[position], order_[positions_[slot]]);
    positions_[other] = positions_[slot];
    positions_[slot] = static_cast<Slot>(position);
}

void ServingSet::count_candidates() {
    candidates_ = too_few(serving_, order_.size()) ? order_.size() : serving_;
    ++version_;
}

}  // namespace lars::lb
