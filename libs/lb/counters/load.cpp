#include "lb/counters/load.hpp"

namespace lars::lb {
namespace {

// A failure rate below this is 0. It is far below what changes any choice, and a number much
// smaller would be subnormal, over which the processor takes a hundred times as long.
constexpr float kMinFailureRate = 1e-6F;
// Microseconds. Clocks of milliseconds report calls that took no time; were a cost 0, all calls
// would go to its endpoint.
constexpr float kMinLatencyUs = 1;
// Calls in flight are overdue when their mean age is so many times what calls take. The age of
// calls that differ as widely as exponential ones do is 1 on average.
constexpr float kOverdue = 4;
// One call counts as so many times the estimate at most, lest a single one decide: what is slow for
// good gets there in a few calls.
constexpr float kMaxOfEstimate = 4;
// How much an overdue call still counts when one that was made after it has succeeded.
constexpr float kDoubt = 0.5F;
// How many times what calls take an overdue one is old at most, in a guess of how many there are.
constexpr float kOldest = 64;
// The mean age of calls that are in flight without any trouble, over what they take: half of it
// were they all equally long, all of it for exponential ones.
constexpr float kUsualAge = 0.7F;

}  // namespace

void Load::find_overdue(const ModuleAverages& module) {
    const auto usual_us = module.latency_us * std::max(latency_ratio, 1.0F);
    if (mean_age_us <= kOverdue * usual_us) return;
    // A latency that a caller sends tells which call it was. Without, no more calls are taken for
    // overdue than must be, and the others for as old as calls in flight are.
    const auto ages = in_flight * (mean_age_us / usual_us - kUsualAge);
    const auto fewest = std::max(ages / kOldest, 1.0F);
    const auto found = module.sends_latency ? in_flight : std::min(fewest, in_flight);
    overdue_weight = (overdue * overdue_weight + found) / (overdue + found);
    overdue += found;
    overdue_since = at;
    in_flight -= found;
    mean_age_us = std::min(mean_age_us, kUsualAge * usual_us);
}

// Returns how long the call took, in microseconds; negative when nobody knows.
float Load::end_call(const Call& call) {
    const auto overdue_us = static_cast<float>((at - overdue_since).count()) * 1e-3F;
    const bool any = in_flight >= kHalfACall;
    auto took_us = -1.0F;
    bool was_overdue = overdue >= kHalfACall;
    if (call.latency) {
        took_us = std::max(static_cast<float>(call.latency->count()), kMinLatencyUs);
        was_overdue = was_overdue && (took_us > overdue_us || !any);
    } else {
        was_overdue = was_overdue && !any;
        // Which of the calls ended isn't known: its expected age is the mean. The sum over all
        // calls is then exact (Little, "A proof for the queuing formula L = lambda W", 1961).
        if (any) took_us = std::max(mean_age_us, kMinLatencyUs);
        if (was_overdue) took_us = std::max(overdue_us, kMinLatencyUs);
    }
    if (was_overdue) {
        // So they are reported after all, if late.
        overdue_weight = 1;
        overdue -= 1;
        if (overdue < kHalfACall) overdue = 0;
        return took_us;
    }
    in_flight = std::max(0.0F, in_flight - 1);
    const bool later = call.latency || in_flight < kHalfACall;
    if (overdue > 0 && later && call.outcome == CallOutcome::success) overdue_weight *= kDoubt;
    return took_us;
}

float Load::add_report(
    const Call& call, ModuleAverages& module, std::uint32_t module_calls, const FeedbackRates& rates
) {
    // A mean of several calls says less of each.
    const auto shared_by = call.latency ? 1 : std::max(1.0F, in_flight);
    const auto took_us = end_call(call);
    heard = module_calls;
    module.sends_latency = call.latency.has_value();
    const bool failed = call.outcome == CallOutcome::failure;
    failure_rate += rates.failure_weight * ((failed ? 1.0F : 0.0F) - failure_rate);
    if (failure_rate < kMinFailureRate) failure_rate = 0;
    if (took_us < 0) return took_us;
    if (latency_ratio > 0) {
        if (!failed) module.add_latency(took_us);
        add_latency(took_us, failed, shared_by, module, rates);
    } else if (!failed) {
        // The first call sets up a connection, as a rule, and says nothing of the next.
        module.add_first_latency(took_us);
        latency_ratio = 1;
    }
    return took_us;
}

void Load::add_latency(
    float took_us,
    bool failed,
    float shared_by,
    const ModuleAverages& module,
    const FeedbackRates& rates
) {
    if (module.latency_us <= 0) return;
    const auto ratio = std::min(took_us / module.latency_us, kMaxOfEstimate * latency_ratio);
    // A quick failure says nothing about how long work takes. No branch on whether the call was
    // slower: that is as good as random, and each second guess of the processor would be wrong.
    const auto falls = failed ? 0 : rates.latency_fall;
    const auto weight = ratio > latency_ratio ? rates.latency_rise : falls;
    latency_ratio += weight / (shared_by * shared_by) * (ratio - latency_ratio);
}

}  // namespace lars::lb
