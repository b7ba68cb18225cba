#pragma once

#include "lb/balancer.hpp"

#include <memory>

namespace lars::lb {

/// Parameters of the classic policy, with the original's names and sample values.
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

/// The original Lars's policy: two queues, round robin in each, probing by a share of the picks.
std::unique_ptr<Balancer> make_classic(const ClassicOptions& options);

}  // namespace lars::lb
