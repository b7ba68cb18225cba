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
    return origins;
}

}  // namespace lars::lb
