#pragma once

#include "base/call_sums.hpp"
#include "base/endpoint.hpp"
#include "base/module_id.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace lars::agent {

/// How calls to one endpoint went since they were drained last, and the balancer's window.
struct EndpointCalls {
    Endpoint endpoint;
    std::uint32_t successes = 0;
    std::uint32_t failures = 0;
    std::uint64_t latency_sum_us = 0;
    std::uint32_t overloaded_ms = 0;  ///< how long its policy kept away from it
    std::array<std::uint32_t, kLatencyBuckets> latencies{};  ///< as CallSums::buckets
    std::uint32_t window_successes = 0;                      ///< for an original reporter
    std::uint32_t window_failures = 0;
    bool overload = false;

    CallSums sums() const {
        CallSums all{
            .successes = successes,
            .failures = failures,
            .latency_sum_us = latency_sum_us,
            .overloaded_ms = overloaded_ms,
        };
        for (std::size_t i = 0; i < kLatencyBuckets; ++i) all.buckets[i] = latencies[i];
        return all;
    }
};

/// The calls to some endpoints of one module.
struct ModuleCalls {
    ModuleId module;
    std::vector<EndpointCalls> endpoints;
};

}  // namespace lars::agent
