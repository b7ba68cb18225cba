#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace lars::store {

/// Seconds since 1970, as the history counts time.
using UnixTime = std::chrono::sys_seconds;

inline UnixTime unix_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// As a column holds it. A moment before 1970 is 0.
inline std::uint64_t to_number(UnixTime moment) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(moment.time_since_epoch().count(), 0));
}

inline UnixTime to_time(std::uint64_t seconds) {
    return UnixTime(std::chrono::seconds(seconds));
}

}  // namespace lars::store
