#include "lb/feedback.hpp"

#include <algorithm>
#include <cmath>

namespace lars::lb {
namespace {

constexpr float kNsPerUs = 1000;

// e^-x from the first terms of e^x: within 2 % of e^-0 up to x = 1, never below e^-x, and it falls
// all the way. One division where exp() would cost as much as the rest of a pick.
float faded(float x) {
    return 1 / (1 + x * (1 + x * (0.5F + x * (1.0F / 6))));
}

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

void Load::settle(Time now, float module_latency_us, const FeedbackRates& rates) {
    const auto passed = static_cast<float>((now - touched).count());
    if (passed <= 0) return;
    touched = now;
    in_flight *= faded(passed * rates.forget_in_flight_per_ns);
    mean_age_us += passed / kNsPerUs;
    const auto kept = faded(passed * rates.forget_per_ns);
    failure_rate *= kept;
    if (latency_us > 0) latency_us = module_latency_us + (latency_us - module_latency_us) * kept;
}

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
