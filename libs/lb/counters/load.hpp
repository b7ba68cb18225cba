#pragma once

#include "lb/call.hpp"
#include "lb/counters/decay.hpp"
#include "lb/counters/feedback_rates.hpp"
#include "lb/counters/module_averages.hpp"
#include "lb/time.hpp"

#include <algorithm>
#include <cstdint>

namespace lars::lb {

/// When something is read or added, by the clock and by the calls of the module.
struct Moment {
    Time time{};
    std::uint32_t calls = 0;  ///< that the module has made; wraps around
    float turn = 1;           ///< calls of the module for each one that this endpoint should get
};

/// What an endpoint's costs are computed from: its calls in flight, what a call takes, and how
/// often calls failed. Plain numbers without a clock.
///
/// The latency is an exponentially weighted moving average, as a multiple of the module's mean, and
/// drifts to 1 when nothing is heard of the endpoint: by the clock, and by the module's calls,
/// since nobody would call one that looks dear just to find out (Buehlmann, "Experience rating and
/// credibility", 1967: own experience weighs by how much there is of it, the group's weighs the
/// rest).
///
/// Calls in flight that are much older than calls take are overdue: perhaps nobody will ever report
/// them. They count in full until calls that were made after them succeed, and half as much with
/// each that does.
struct Load {
    Time at{};                 ///< the other numbers are of this moment
    Time overdue_since{};      ///< the latest of the overdue calls was picked before
    std::uint32_t heard = 0;   ///< the module's calls at the last report, or as far as forgotten
    float latency_ratio = 0;   ///< what a call takes, over the module's mean; 0: nothing known
    float in_flight = 0;       ///< calls picked and not reported, without those overdue
    float mean_age_us = 0;     ///< of the calls in flight
    float overdue = 0;         ///< calls
    float overdue_weight = 1;  ///< how much each counts, 1 to 0
    float failure_rate = 0;    ///< of the latest calls, 0 to 1

    /// Calls that are believed to be out.
    float busy() const { return in_flight + overdue * overdue_weight; }

    /// Restates the numbers as of `now`: what is old weighs less. Nothing happens when `now` isn't
    /// later.
    void decay_to(const Moment& now, const FeedbackRates& rates) {
        const auto passed = static_cast<float>((now.time - at).count());
        const auto unheard = static_cast<float>(now.calls - heard) - kTurnsHeard * now.turn;
        if (passed <= 0 && unheard < 1) return;
        const auto by_time = passed > 0 ? passed * rates.decay_per_ns : 0;
        auto by_calls = 0.0F;
        if (unheard >= 1) {
            const auto calls = static_cast<std::uint32_t>(unheard);
            by_calls = static_cast<float>(calls) / (kTurnsKept * now.turn);
            heard += calls;
        }
        // Failures are rarer than odd latencies, and dearer to have again.
        failure_rate *= decay(by_time + by_calls / kFailuresKept);
        if (latency_ratio > 0) {
            const auto odd = (latency_ratio - 1) / kByChance;
            const auto kept = decay(by_time + by_calls / (1 + odd * odd));
            latency_ratio = 1 + (latency_ratio - 1) * kept;
        }
        if (passed <= 0) return;
        at = now.time;
        // Young calls don't fade, or long ones that are well would.
        const auto part = passed * rates.in_flight_decay_per_ns;
        const auto old = mean_age_us * 1e3F * rates.in_flight_decay_per_ns + part;
        in_flight *= decay(part * std::min(old, 1.0F));
        if (overdue > 0) overdue *= decay(part);
        mean_age_us += passed * 1e-3F;
    }

    /// Precondition: the numbers are of this moment.
    void add_pick(const ModuleAverages& module) {
        if (module.latency_us > 0 && in_flight >= kHalfACall) find_overdue(module);
        in_flight += 1;
        mean_age_us -= mean_age_us / in_flight;  // the new call's age is 0
    }

    /// Precondition: the numbers are of this moment. Returns the call's latency in microseconds: as
    /// reported, else as estimated from picks and reports; negative when neither is known.
    float add_report(
        const Call& call,
        ModuleAverages& module,
        std::uint32_t module_calls,
        const FeedbackRates& rates
    );

private:
    // From here on a call is in flight: what is left of one that was never reported is less.
    static constexpr float kHalfACall = 0.5F;
    // An endpoint of which nothing is heard for so many turns is forgotten at the pace of an e-th
    // in so many turns. With equal endpoints one in seven isn't called for two turns; and one that
    // looks dear by chance is called again before it has lost a few dozen calls.
    static constexpr float kTurnsHeard = 2;
    static constexpr float kTurnsKept = 8;
    static constexpr float kFailuresKept = 5;  // times as long as latencies
    // How far a latency is from the module's by chance, as a part of it: what an average of so few
    // calls has when they differ as widely as exponential ones. A difference that is larger than
    // that is likely to be real, and is kept for longer (James and Stein, "Estimation with
    // quadratic loss", 1961: the further out, the less an average is drawn to that of all).
    static constexpr float kByChance = 0.3F;

    void find_overdue(const ModuleAverages& module);
    float end_call(const Call& call);
    void add_latency(
        float took_us,
        bool failed,
        float shared_by,
        const ModuleAverages& module,
        const FeedbackRates& rates
    );
};

}  // namespace lars::lb
