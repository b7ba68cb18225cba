#include "sim/latency_by_load.hpp"

#include <algorithm>

namespace lars::sim {
namespace {

constexpr Time kMemory = std::chrono::seconds(5);

}  // namespace

void LatencyByLoad::note(std::uint32_t in_flight, std::uint32_t took_us, Time now) {
    auto& level = levels_[std::min<std::size_t>(in_flight, kLevels - 1)];
    level.latest = now;
    level.took_us[level.noted++ % kKept] = took_us;
}

std::uint32_t LatencyByLoad::median_us(std::uint32_t in_flight, Time now) const {
    const auto here = std::min<std::size_t>(in_flight, kLevels - 1);
    std::array<std::uint32_t, 3 * kKept> took_us{};
    std::size_t count = 0;
    const auto take = [&](std::size_t level) {
        const auto& from = levels_[level];
        if (now - from.latest > kMemory) return;
        const auto kept = std::min<std::size_t>(from.noted, kKept);
        std::copy_n(from.took_us.begin(), kept, took_us.begin() + count);
        count += kept;
    };
    take(here);
    // Outwards, until there are enough to tell.
    for (std::size_t away = 1; count < kKept && away < kLevels; ++away) {
        if (away <= here) take(here - away);
        if (here + away < kLevels) take(here + away);
    }
    if (count == 0) return 0;
    const auto middle = took_us.begin() + count / 2;
    std::nth_element(took_us.begin(), middle, took_us.begin() + count);
    return *middle;
}

}  // namespace lars::sim
