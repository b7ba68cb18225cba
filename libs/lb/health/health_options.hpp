#pragma once

#include <chrono>
#include <cstdint>

namespace lars::lb {

/// When an endpoint is ejected, and how it comes back. What each is for stands with adaptive's
/// parameters.
struct HealthOptions {
    // Outlier detection.
    std::uint32_t consecutive_failures = 5;
    std::chrono::milliseconds failing_for{500};
    double error_rate = 0.5;
    double latency_factor = 10;
    std::uint32_t min_calls = 20;
    // Ejection.
    std::chrono::milliseconds ejection{1'000};
    std::chrono::milliseconds max_ejection{60'000};
    // Half-open.
    std::chrono::milliseconds probe_interval{100};
    std::uint32_t calls_per_probe = 1'000;
    std::uint32_t probes = 2;
    // Slow start.
    std::chrono::milliseconds slow_start{10'000};
    // Panic.
    double panic_threshold = 0.25;
};

}  // namespace lars::lb
