#pragma once

#include "lb/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lars::sim {

using lb::Time;

/// What a server remembers of how long calls took, by how many it already had when they came. A
/// number of calls that nobody found for five seconds is forgotten: the server may have changed.
class LatencyByLoad {
public:
    LatencyByLoad() : levels_(kLevels) {}

    void note(std::uint32_t in_flight, std::uint32_t took_us, Time now);
    /// The median of the latest calls that found about as many; 0: there is none.
    std::uint32_t median_us(std::uint32_t in_flight, Time now) const;

private:
    static constexpr std::size_t kLevels = 256;  // the last is for all that is more
    static constexpr std::size_t kKept = 8;
    struct Level {
        Time latest{};
        std::array<std::uint32_t, kKept> took_us{};
        std::uint32_t noted = 0;
    };

    std::vector<Level> levels_;
};

}  // namespace lars::sim
