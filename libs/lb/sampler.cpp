#include "lb/sampler.hpp"

#include <limits>

namespace lars::lb {

void AliasTable::build(const Members& members) {
    const auto size = members.active();
    double sum = 0;
    for (Slot slot = 0; slot < size; ++slot) sum += members.weight(slot);
    std::vector<double> shares(size);  // 1: what is each one's on average
    std::vector<Slot> small;
    std::vector<Slot> large;
    for (Slot slot = 0; slot < size; ++slot) {
        shares[slot] = members.weight(slot) * double(size) / sum;
        (shares[slot] < 1 ? small : large).push_back(slot);
    }
    constexpr auto kAlways = std::numeric_limits<std::uint32_t>::max();
    columns_.assign(size, {});
    for (Slot slot = 0; slot < size; ++slot) columns_[slot] = {kAlways, slot};
    while (!small.empty() && !large.empty()) {
        const auto less = small.back();
        const auto more = large.back();
        small.pop_back();
        columns_[less] = {static_cast<std::uint32_t>(shares[less] * kAlways), more};
        shares[more] -= 1 - shares[less];
        if (shares[more] < 1) {
            large.pop_back();
            small.push_back(more);
        }
    }
}

Slot AliasTable::draw(Random& random) const {
    const auto bits = random();
    const auto column =
        scaled(static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(columns_.size()));
    const bool own = static_cast<std::uint32_t>(bits >> 32) < columns_[column].threshold;
    return own ? column : columns_[column].alias;
}

}  // namespace lars::lb
