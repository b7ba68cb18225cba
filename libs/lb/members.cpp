#include "lb/members.hpp"

namespace lars::lb {

const EndpointTablePtr& Members::nobody() {
    static const auto empty = std::make_shared<const EndpointTable>();
    return empty;
}

std::vector<Slot> Members::replace(EndpointTablePtr endpoint_table) {
    const auto size = endpoint_table->size();
    std::vector<Slot> origins(size, kNoSlot);
    Slot before = kNoSlot;
    for (Slot slot = 0; slot < size; ++slot) {
        const auto& endpoint = endpoint_table->endpoint(slot);
        // Routes are sorted and change little: mostly the one that followed the last still does.
        const Slot guess = before + 1;
        const bool follows = guess < this->size() && endpoint_table_->endpoint(guess) == endpoint;
        before = follows ? guess : endpoint_table_->find(endpoint);
        origins[slot] = before;
    }
    counters_.carry_over(origins);
    endpoint_table_ = std::move(endpoint_table);
    measure();
    return origins;
}

void Members::set_zone(std::string zone) {
    zone_ = std::move(zone);
    measure();
}

void Members::measure() {
    nearness_ = {};
    if (zone_.empty() || !endpoint_table_->has_zones()) return;
    nearness_.reserve(active());
    for (Slot slot = 0; slot < active(); ++slot) {
        nearness_.push_back(lars::nearness(zone_, endpoint_table_->zone(slot)));
    }
}

}  // namespace lars::lb
