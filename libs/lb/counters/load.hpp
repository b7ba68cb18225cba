#pragma once

#include "lb/call.hpp"
#include "lb/counters/decay.hpp"
#include "lb/counters/feedback_rates.hpp"
#include "lb/time.hpp"

namespace lars::lb {

/// What an endpoint's costs are computed from: its calls in flight, what a call takes, and how
/// often calls failed. Plain numbers without a clock.
///
/// The latency is an exponentially weighted moving average that rises faster than it falls, after
/// the peak EWMA of Finagle (com.twitter.finagle.loadbalancer.p2c), whose average rises at once.
struct Load {
    Time at{};               ///< the other numbers are of this moment
    float latency_us = 0;    ///< estimate of what a call takes; 0: nothing known
    float in_flight = 0;     ///< calls picked and not reported
    float mean_age_us = 0;   ///< of the calls in flight
    float failure_rate = 0;  ///< of the latest calls, 0 to 1

    /// Restates the numbers as of `now`: what is old weighs less, and an old latency drifts to the
    /// module's. Nothing happens when `now` isn't later.
    void decay_to(Time now, float module_latency_us, const FeedbackRates& rates) {
        const auto passed = static_cast<float>((now - at).count());
        if (passed <= 0) return;
        at = now;
        in_flight *= decay(passed * rates.in_flight_decay_per_ns);
        mean_age_us += passed * 1e-3F;
        const auto kept = decay(passed * rates.decay_per_ns);
        failure_rate *= kept;
        if (latency_us > 0) {
            latency_us = module_latency_us + (latency_us - module_latency_us) * kept;
        }
    }

    /// Precondition: the numbers are of this moment.
    void add_pick() {
        in_flight += 1;
        mean_age_us -= mean_age_us / in_flight;  // the new call's age is 0
    }

    /// Precondition: the numbers are of this moment. Returns the call's latency in microseconds: as
    /// reported, else as estimated from picks and reports; negative when neither is known.
    float add_report(const Call& call, const FeedbackRates& rates);
};

}  // namespace lars::lb
