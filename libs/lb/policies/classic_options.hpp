#pragma once

#include "lb/parameter.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace lars::lb {

/// With the original's names and sample values.
struct ClassicOptions {
    std::uint32_t probe_num = 10;
    std::uint32_t init_succ_cnt = 180;
    std::uint32_t init_err_cnt = 5;
    double err_rate = 0.1;
    double succ_rate = 0.5;
    std::uint32_t contin_err_limit = 15;
    std::uint32_t contin_succ_limit = 15;
    std::chrono::milliseconds idle_timeout{15'000};
    double window_err_rate = 0.7;
    std::chrono::milliseconds overload_timeout{15'000};
};

/// In the order in which people are shown them.
const std::vector<ParameterOf<ClassicOptions>>& classic_parameters();

}  // namespace lars::lb
