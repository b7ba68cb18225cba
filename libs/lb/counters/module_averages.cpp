#include "lb/counters/module_averages.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

// How much one call moves the mean latency once there were as many: enough to follow a change of
// all endpoints within some hundred calls, and little beside what calls differ by. Until then the
// mean is that of all.
constexpr float kLatencyWeight = 1.0F / 32;
// Up to how many times the mean a call counts: a few endpoints that hang are not what the module is
// like.
constexpr float kMaxOfMean = 4;
// How much one call moves the failure rate: a single endpoint that dies hardly does.
constexpr float kFailureWeight = 1.0F / 256;
// Above 0, since logarithms of the rate are taken; far below one failure in any number of calls
// that is judged.
constexpr float kMinFailureRate = 1e-6F;

}  // namespace

void ModuleAverages::add_latency(float took_us) {
    if (latency_us > 0) {
        latency_us += latency_weight * (std::min(took_us, kMaxOfMean * latency_us) - latency_us);
    } else {
        latency_us = took_us;
    }
    // From 1 / n to 1 / (n + 1).
    if (latency_weight > kLatencyWeight) latency_weight /= 1 + latency_weight;
}

void ModuleAverages::add_first_latency(float took_us) {
    if (latency_us <= 0) latency_us = took_us;
}

void ModuleAverages::add_outcome(CallOutcome outcome) {
    const auto failed = outcome == CallOutcome::failure ? 1.0F : 0.0F;
    const auto rate = failure_rate + kFailureWeight * (failed - failure_rate);
    failure_rate = std::max(rate, kMinFailureRate);
}

}  // namespace lars::lb
