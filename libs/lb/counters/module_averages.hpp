#pragma once

#include "lb/call.hpp"

namespace lars::lb {

/// What calls to a whole module are like: what its endpoints are measured against.
struct ModuleAverages {
    float latency_us = 0;        ///< mean of what successful calls take; 0: nothing known
    float latency_weight = 1;    ///< of the next call in the mean
    float failure_rate = 0;      ///< of the latest calls, 0 to 1
    bool sends_latency = false;  ///< whether the latest report said how long its call took

    /// Precondition of both: `took_us` > 0. The first call to an endpoint is usually dearer than
    /// those that follow, and counts only as long as there is no other.
    void add_latency(float took_us);
    void add_first_latency(float took_us);
    void add_outcome(CallOutcome outcome);
};

}  // namespace lars::lb
