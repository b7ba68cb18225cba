#pragma once

#include "lb/call.hpp"

namespace lars::lb {

/// What calls to a whole module are like: what its endpoints are measured against.
struct ModuleAverages {
    float latency_us = 0;    ///< mean of what successful calls take; 0: nothing known
    float failure_rate = 0;  ///< of the latest calls, 0 to 1

    /// Precondition: `took_us` > 0.
    void add_latency(float took_us);
    void add_outcome(CallOutcome outcome);
};

}  // namespace lars::lb
