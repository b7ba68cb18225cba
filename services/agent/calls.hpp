#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"

#include <cstdint>
#include <vector>

namespace lars::agent {

/// How calls to one endpoint went since the last time they were taken, and the balancer's window.
struct EndpointCalls {
    Endpoint endpoint;
    std::uint32_t successes = 0;
    std::uint32_t failures = 0;
    std::uint64_t latency_sum_us = 0;
    std::uint32_t window_successes = 0;  ///< what an original reporter is told
    std::uint32_t window_failures = 0;
    bool overload = false;
};

struct ModuleCalls {
    ModuleId module;
    std::vector<EndpointCalls> endpoints;
};

}  // namespace lars::agent
