#pragma once

#include "lb/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lars::sim {

using lb::Time;

/// Between a caller and a server of one zone, each way.
inline constexpr Time kOnTheWay = std::chrono::microseconds(100);

/// Where servers and callers are, and how far that is from each other.
struct Zones {
    std::vector<std::string> names{};       ///< none: all are in one place that has no name
    std::vector<std::vector<Time>> ways{};  ///< from zone to zone, one way, as far as back
    std::vector<std::uint32_t> callers{};   ///< in each zone, the first zone's first

    std::size_t count() const { return names.empty() ? 1 : names.size(); }
    std::string name(std::uint32_t zone) const { return names.empty() ? "" : names[zone]; }
    Time way(std::uint32_t from, std::uint32_t to) const {
        return names.empty() ? kOnTheWay : ways[from][to];
    }
    std::uint32_t zone_of_caller(std::uint32_t caller) const;
};

/// Three zones of a region, about a millisecond from each other and back.
Zones three_zones(const std::vector<std::uint32_t>& callers);

}  // namespace lars::sim
