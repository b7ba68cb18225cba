#pragma once

#include "lb/time.hpp"

#include <chrono>

namespace lars::lb {

/// How feedback is weighed and how fast it decays. Weights are from 0 to 1.
struct FeedbackOptions {
    /// Time constant with which failures decay, and with which the latency of an endpoint that
    /// isn't called drifts to its module's.
    std::chrono::milliseconds memory{10'000};
    /// Time constant with which calls in flight decay that nobody reports.
    std::chrono::milliseconds in_flight_memory{60'000};
    /// Length of the windows in which successes and failures are counted.
    std::chrono::milliseconds window{10'000};
    double latency_rise = 0.1;    ///< weight of a call that is slower than the estimate
    double latency_fall = 0.1;    ///< weight of a call that is faster than the estimate
    double failure_weight = 0.2;  ///< weight of the latest call in the failure rate
};

/// FeedbackOptions in the units of the hot path. Never changes: any thread may read it.
struct FeedbackRates {
    explicit FeedbackRates(const FeedbackOptions& options);

    float decay_per_ns;
    float in_flight_decay_per_ns;
    Time window;
    float latency_rise;
    float latency_fall;
    float failure_weight;
};

}  // namespace lars::lb
