#pragma once

#include "lb/members.hpp"
#include "lb/random.hpp"

#include <utility>
#include <vector>

namespace lars::lb {

/// Draws slots at random in proportion to their weights: Walker's alias method in Vose's form
/// ("A linear algorithm for generating random numbers with a given distribution", 1991).
class AliasTable {
public:
    /// O(n).
    void build(const Members& members);
    /// O(1). Precondition: built with members.
    Slot draw(Random& random) const;

private:
    struct Column {
        std::uint32_t threshold = 0;  // of 32 random bits: below it the column's own slot
        Slot alias = 0;
    };
    std::vector<Column> columns_;
};

/// Two different indices below `size`, each pair as likely as any other. Precondition: size >= 2.
inline std::pair<std::uint32_t, std::uint32_t> two_below(std::uint32_t size, Random& random) {
    const auto bits = random();
    const auto first = scaled(static_cast<std::uint32_t>(bits), size);
    auto second = scaled(static_cast<std::uint32_t>(bits >> 32), size - 1);
    second += second >= first;
    return {first, second};
}

}  // namespace lars::lb
