#include "lb/picking/alias_table.hpp"

#include <limits>
#include <numeric>

namespace lars::lb {

AliasTable::AliasTable(std::span<const std::uint16_t> weights) {
    const auto sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    const auto mean = sum / double(weights.size());
    constexpr auto kAlways = std::numeric_limits<std::uint32_t>::max();
    std::vector<double> shares(weights.size());  // 1: what is each one's on average
    std::vector<std::uint32_t> small;
    std::vector<std::uint32_t> large;
    columns_.resize(weights.size());
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        columns_[i] = {kAlways, i};
        shares[i] = weights[i] / mean;
        (shares[i] < 1 ? small : large).push_back(i);
    }
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

}  // namespace lars::lb
