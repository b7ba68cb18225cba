#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace lars::test {

/// How many descriptors this process has open.
inline std::ptrdiff_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(all, std::filesystem::directory_iterator());
}

}  // namespace lars::test
