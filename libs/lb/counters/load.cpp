#include "lb/counters/load.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

// A failure rate below this is 0. It is far below what changes any choice, and a number much
// smaller would be subnormal, over which the processor takes a hundred times as long.
constexpr float kMinFailureRate = 1e-6F;
// Microseconds. Clocks of milliseconds report calls that took no time; were a cost 0, all calls
// would go to its endpoint.
constexpr float kMinLatencyUs = 1;
// From here on a call is in flight: what is left of one that was never reported is less.
constexpr float kHalfACall = 0.5F;

}  // namespace

float Load::add_report(const Call& call, const FeedbackRates& rates) {
    float took = -1;
    if (call.latency) {
        took = std::max(static_cast<float>(call.latency->count()), kMinLatencyUs);
    } else if (in_flight >= kHalfACall) {
        // Which of the calls ended isn't known: its expected age is the mean. The sum over all
        // calls is then exact (Little, "A proof for the queuing formula L = lambda W", 1961).
        took = std::max(mean_age_us, kMinLatencyUs);
    }
    in_flight = std::max(0.0F, in_flight - 1);

    const bool failed = call.outcome == CallOutcome::failure;
    failure_rate += rates.failure_weight * ((failed ? 1.0F : 0.0F) - failure_rate);
    if (failure_rate < kMinFailureRate) failure_rate = 0;
    if (took < 0) return took;
    if (latency_us <= 0) {
        if (!failed) latency_us = took;
        return took;
    }
    // A quick failure says nothing about how long work takes. No branch on whether the call was
    // slower: that is as good as random, and each second guess of the processor would be wrong.
    const auto falls = failed ? 0 : rates.latency_fall;
    latency_us += (took > latency_us ? rates.latency_rise : falls) * (took - latency_us);
    return took;
}

}  // namespace lars::lb
