#pragma once

#include <cstdint>
#include <limits>

namespace lars::lb {

/// An endpoint's index among those of its module, from 0 up without gaps. It holds until the next
/// route.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

}  // namespace lars::lb
