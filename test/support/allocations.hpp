#pragma once

#include <cstddef>

namespace lars::test {

/// Of this program, as its replaced operator new counts them. The program has one thread.
struct Allocations {
    std::size_t made = 0;
    std::size_t bytes_held = 0;  ///< as the allocator rounds them
};
Allocations allocations();

}  // namespace lars::test
