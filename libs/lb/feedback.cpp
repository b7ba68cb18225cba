#include "lb/feedback.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

constexpr float kNoFailures = 1e-6F;
// Clocks of milliseconds tell of calls that took no time; a cost can't be nothing.
constexpr float kLeastLatency = 1;

float per_ns(std::chrono::milliseconds time_constant) {
    return 1 / static_cast<float>(std::chrono::nanoseconds(time_constant).count());
}

}  // namespace

FeedbackRates::FeedbackRates(const FeedbackOptions& options)
    : forget_per_ns(per_ns(options.memory)),
      forget_in_flight_per_ns(per_ns(options.in_flight_memory)),
      window(options.window),
      latency_rise(static_cast<float>(options.latency_rise)),
      latency_fall(static_cast<float>(options.latency_fall)),
      failure_weight(static_cast<float>(options.failure_weight)) {}

float Load::note_report(const Call& call, const FeedbackRates& rates) {
    float took = -1;
    if (call.latency) {
        took = std::max(static_cast<float>(call.latency->count()), kLeastLatency);
    } else if (in_flight >= 0.5F) {
        // Which of the calls ended isn't known: its expected age is the mean, and then the sum over
        // all calls is exact (Little's law).
        took = std::max(mean_age_us, kLeastLatency);
    }
    in_flight = std::max(0.0F, in_flight - 1);

    const bool failed = call.outcome == CallOutcome::failure;
    failure_rate += rates.failure_weight * ((failed ? 1.0F : 0.0F) - failure_rate);
    // Forgotten, before it is so small that the processor takes a hundred times as long over it.
    if (failure_rate < kNoFailures) failure_rate = 0;
    if (took < 0) return took;
    if (latency_us <= 0) {
        if (!failed) latency_us = took;
        return took;
    }
    // A quick failure says nothing about how long work takes. No branch on what is as good as
    // random.
    const auto falls = failed ? 0 : rates.latency_fall;
    latency_us += (took > latency_us ? rates.latency_rise : falls) * (took - latency_us);
    return took;
}

}  // namespace lars::lb
