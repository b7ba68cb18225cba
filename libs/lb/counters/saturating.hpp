#pragma once

#include <cstdint>

namespace lars::lb {

/// Adds one; a counter at its maximum stays there.
inline void add_one(std::uint32_t& counter) {
    counter += counter != UINT32_MAX;
}

}  // namespace lars::lb
