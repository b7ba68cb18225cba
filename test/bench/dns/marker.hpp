#pragma once

#include <proto/lars.pb.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

namespace lars::bench {

/// A route says which change it is by one endpoint whose address is 10.0.0.0 + the change's number.
inline constexpr std::uint32_t kMarkerBase = 0x0A000000;
inline constexpr std::uint32_t kMaxMarkers = 1U << 24;

/// The highest marker in a route; 0: none.
inline std::uint32_t marker_of(const GetRouteResponse& route) {
    std::uint32_t marker = 0;
    for (const auto& host : route.host()) {
        const auto above = static_cast<std::uint32_t>(host.ip()) - kMarkerBase;
        if (above < kMaxMarkers) marker = std::max(marker, above);
    }
    return marker;
}

/// The smallest marker that any session is at: all sessions have seen it and those below it.
class LowestMarker {
public:
    explicit LowestMarker(int sessions) { at_[0] = sessions; }

    /// One session goes from a marker to another; answers the lowest if that rose.
    std::optional<std::uint32_t> move(std::uint32_t from, std::uint32_t to) {
        const auto before = at_.begin()->first;
        ++at_[to];
        const auto left = at_.find(from);
        if (--left->second == 0) at_.erase(left);
        const auto after = at_.begin()->first;
        if (after > before) return after;
        return {};
    }

private:
    std::map<std::uint32_t, int> at_;  // sessions by marker
};

}  // namespace lars::bench
