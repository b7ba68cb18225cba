#pragma once

#include <chrono>

namespace lars::lb {

/// Time since any fixed epoch. It is an argument everywhere: nothing here owns a clock.
using Time = std::chrono::nanoseconds;

}  // namespace lars::lb
