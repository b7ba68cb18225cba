#pragma once

#include "lb/counters/feedback_rates.hpp"
#include "lb/health/health_options.hpp"
#include "lb/parameter.hpp"

#include <vector>

namespace lars::lb {

struct AdaptiveOptions {
    FeedbackOptions feedback;
    HealthOptions health;
    /// How many times its latency an endpoint costs more when all of its latest calls failed.
    double failure_penalty = 20;
    /// Whether nearer endpoints are preferred (1) or not (0).
    std::uint32_t zone_aware = 1;
};

/// In the order in which people are shown them.
const std::vector<ParameterOf<AdaptiveOptions>>& adaptive_parameters();

}  // namespace lars::lb
