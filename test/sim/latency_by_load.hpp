#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lars::sim {

/// What a server remembers of how long calls took, by how many it already had when they came.
class LatencyByLoad {
public:
    LatencyByLoad() : levels_(kLevels) {}

    void note(std::uint32_t in_flight, std::uint32_t took_us);
    /// The median of the latest calls that found about as many; 0: there is none.
    std::uint32_t median_us(std::uint32_t in_flight) const;

private:
    static constexpr std::size_t kLevels = 256;  // the last is for all that is more
    static constexpr std::size_t kKept = 8;
    struct Level {
        std::array<std::uint32_t, kKept> took_us;
        std::uint32_t noted = 0;
    };

    std::vector<Level> levels_;
};

}  // namespace lars::sim
