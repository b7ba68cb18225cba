#include "lb/feedback.hpp"

#include <algorithm>
#include <cmath>

namespace lars::lb {
namespace {

constexpr float kNoFailures = 1e-6F;

float per_ns(std::chrono::milliseconds time_constant) {
    return 1 / static_cast<float>(std::chrono::nanoseconds(time_constant).count());
}

void count(std::uint32_t& counter) {
    counter += counter != UINT32_MAX;
}

}  // namespace

FeedbackRates::FeedbackRates(const FeedbackOptions& options)
    : forget_per_ns(per_ns(options.memory)),
      forget_in_flight_per_ns(per_ns(options.in_flight_memory)),
      window(options.window),
      latency_rise(static_cast<float>(options.latency_rise)),
      latency_fall(static_cast<float>(options.latency_fall)),
      failure_weight(static_cast<float>(options.failure_weight)) {}

void Load::note_pick() {
    in_flight += 1;
    mean_age_us -= mean_age_us / in_flight;  // the new call's age is 0
}

float Load::note_report(const Call& call, const FeedbackRates& rates) {
    float took = -1;
    if (call.latency) {
        took = static_cast<float>(std::max<std::int64_t>(call.latency->count(), 0));
        // Which of the calls ended is known: the mean of the others follows.
        if (in_flight > 1) {
            mean_age_us = std::max(0.0F, (mean_age_us * in_flight - took) / (in_flight - 1));
        }
    } else if (in_flight >= 0.5F) {
        // Which one isn't known: its expected age is the mean, and then the sum over all calls is
        // exact (Little's law).
        took = mean_age_us;
    }
    in_flight = std::max(0.0F, in_flight - 1);

    const bool failed = call.outcome == CallOutcome::failure;
    failure_rate += rates.failure_weight * ((failed ? 1.0F : 0.0F) - failure_rate);
    // Forgotten, before it is so small that the processor takes a hundred times as long over it.
    if (failure_rate < kNoFailures) failure_rate = 0;
    if (took < 0) return took;
    if (latency_us <= 0) {
        if (!failed) latency_us = std::max(took, 1.0F);
    } else if (took > latency_us) {
        latency_us += rates.latency_rise * (took - latency_us);
    } else if (!failed) {  // a quick failure says nothing about how long work takes
        latency_us += rates.latency_fall * (took - latency_us);
    }
    return took;
}

void Tally::note(CallOutcome outcome, Time now, const FeedbackRates& rates) {
    if (now - window_begin >= rates.window) {
        window_begin = now;
        successes = 0;
        failures = 0;
    }
    if (outcome == CallOutcome::success) {
        count(successes);
        failures_in_a_row = 0;
    } else {
        if (failures_in_a_row == 0) failing_since = now;
        count(failures);
        count(failures_in_a_row);
    }
}

}  // namespace lars::lb
