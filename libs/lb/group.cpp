#include "lb/group.hpp"

#include <algorithm>

namespace lars::lb {

Group::Group(const EndpointTable& endpoint_table, std::vector<Slot> slots, WhenFewServe when_few)
    : slots_(std::move(slots)), part_(slots_.size(), when_few) {
    if (slots_.empty()) return;
    std::vector<std::uint16_t> weights;
    double sum = 0;
    bool equal = true;
    for (const auto slot : slots_) {
        weights.push_back(static_cast<std::uint16_t>(endpoint_table.weight(slot)));
        sum += weights.back();
        equal = equal && weights.back() == weights.front();
    }
    mean_weight_ = static_cast<float>(sum / double(size()));
    if (!equal) by_weight_ = AliasTable(weights);
}

bool Group::contains(Slot slot) const {
    return std::binary_search(slots_.begin(), slots_.end(), slot);
}

Slot Group::draw(Random& random) const {
    if (!by_weight_.empty()) return slots_[by_weight_.draw(random)];
    return slots_[scaled(static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(size()))];
}

}  // namespace lars::lb
