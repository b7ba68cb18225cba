#pragma once

#include "lb/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace lars::lb {

/// One more, and at its limit it stays.
inline void add_one(std::uint32_t& counter) {
    counter += counter != UINT32_MAX;
}

enum class CallOutcome : std::uint8_t { success, failure };

/// What a caller tells of one call.
struct Call {
    using Latency = std::optional<std::chrono::microseconds>;

    CallOutcome outcome = CallOutcome::success;
    Latency latency;  ///< none: the caller didn't measure it
};

/// How feedback is weighed and forgotten.
struct FeedbackOptions {
    /// What isn't seen again is forgotten with this time constant: failures, and how far an
    /// endpoint's latency is from its module's.
    std::chrono::milliseconds memory{10'000};
    /// Calls that nobody reports leave the count in flight with this time constant.
    std::chrono::milliseconds in_flight_memory{60'000};
    /// Successes and failures are counted in windows of this length.
    std::chrono::milliseconds window{10'000};
    double latency_rise = 0.3;  ///< weight of a call that is slower than the estimate
    double latency_fall = 0.1;  ///< weight of one that is faster
    double failure_weight = 0.2;
};

/// FeedbackOptions in the units that the hot path wants.
struct FeedbackRates {
    explicit FeedbackRates(const FeedbackOptions& options);

    float forget_per_ns;
    float forget_in_flight_per_ns;
    Time window;
    float latency_rise;
    float latency_fall;
    float failure_weight;
};

/// About e^-x, for x from 0 up; never below it, and falling all the way.
inline float faded(float x) {
    // Mostly next to nothing has passed, and a division would cost as much as the rest of a pick.
    if (x < 1.0F / 64) return 1 - x + x * x / 2;
    // The first terms of e^x: within 2 % up to x = 1.
    return 1 / (1 + x * (1 + x * (0.5F + x * (1.0F / 6))));
}

/// What a pick weighs of an endpoint. Plain numbers without a clock: a writer in another process
/// can keep the counts behind them.
struct Load {
    Time touched{};          ///< the other numbers are of this moment
    float latency_us = 0;    ///< estimate of what a call takes; 0: nothing known
    float in_flight = 0;     ///< calls picked and not reported
    float mean_age_us = 0;   ///< of the calls in flight
    float failure_rate = 0;  ///< of the latest calls, 0 to 1

    /// Brings all to `now`: what is old weighs less, and an old latency drifts to the module's.
    void settle(Time now, float module_latency_us, const FeedbackRates& rates) {
        const auto passed = static_cast<float>((now - touched).count());
        if (passed <= 0) return;
        touched = now;
        in_flight *= faded(passed * rates.forget_in_flight_per_ns);
        mean_age_us += passed * 1e-3F;
        const auto kept = faded(passed * rates.forget_per_ns);
        failure_rate *= kept;
        if (latency_us > 0) {
            latency_us = module_latency_us + (latency_us - module_latency_us) * kept;
        }
    }
    void note_pick() {
        in_flight += 1;
        mean_age_us -= mean_age_us / in_flight;  // the new call's age is 0
    }
    /// After settle(). Answers the call's latency in microseconds: as told, or as the time between
    /// picks and reports has it; negative: nobody knows.
    float note_report(const Call& call, const FeedbackRates& rates);
};

/// How many calls succeeded and failed lately.
struct Tally {
    Time window_begin{};
    std::uint32_t successes = 0;  ///< of the window
    std::uint32_t failures = 0;

    void note(CallOutcome outcome, Time now, const FeedbackRates& rates) {
        if (now - window_begin >= rates.window) {
            window_begin = now;
            successes = 0;
            failures = 0;
        }
        add_one(outcome == CallOutcome::success ? successes : failures);
    }
    std::uint32_t calls() const { return successes + failures; }
};

}  // namespace lars::lb
