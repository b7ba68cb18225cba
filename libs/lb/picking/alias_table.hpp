#pragma once

#include "lb/random.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lars::lb {

/// Draws one of several by weight in O(1): Walker's method in Vose's form ("A linear algorithm for
/// generating random numbers with a given distribution", 1991).
class AliasTable {
public:
    AliasTable() = default;
    /// Precondition: there are some, and none is 0.
    explicit AliasTable(std::span<const std::uint16_t> weights);

    bool empty() const { return columns_.empty(); }
    /// The index of one. Precondition: it isn't empty.
    std::uint32_t draw(Random& random) const {
        const auto bits = random();
        const auto column =
            scaled(static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(columns_.size()));
        const bool own = static_cast<std::uint32_t>(bits >> 32) < columns_[column].threshold;
        return own ? column : columns_[column].alias;
    }

private:
    struct Column {
        std::uint32_t threshold = 0;  // of 32 random bits: below it the column's own index
        std::uint32_t alias = 0;
    };

    std::vector<Column> columns_;
};

}  // namespace lars::lb
