#include "lb/health/outlier_detector.hpp"

#include <algorithm>
#include <cmath>

namespace lars::lb {
namespace {

// So many slow calls in a row eject, however many failures it takes: it fits the counter, and who
// allows a thousand failures doesn't mean to wait for a thousand hanging calls.
constexpr std::uint32_t kMaxSlow = 100;
// Failures in a row that are less likely than this are held for a fault of the endpoint. With a
// thousand endpoints a few are ejected by mistake now and then, which costs little: a try brings
// them back.
constexpr double kChance = 1e-4;
// A module whose calls fail more often than this is judged like one of this rate (for which 88
// failures in a row are needed), so that the number stays finite.
constexpr float kMaxFailureRate = 0.9F;
// A single failure is no series, however long ago it was.
constexpr std::uint32_t kMinSeries = 2;

/// So many failures in a row have the chance kChance where calls fail at this rate: the smallest n
/// with rate^n <= kChance.
std::uint32_t failures_by_chance(float rate) {
    const auto n = std::log(kChance) / std::log(std::min(rate, kMaxFailureRate));
    return static_cast<std::uint32_t>(std::ceil(n));
}

}  // namespace

void OutlierDetector::add(CallOutcome outcome, Time now) {
    if (outcome == CallOutcome::success) {
        failures_in_a_row_ = 0;
        return;
    }
    if (failures_in_a_row_ == 0) failing_since_ = now;
    add_one(failures_in_a_row_);
}

std::optional<Outlier> OutlierDetector::judge(
    const HealthOptions& options,
    float took_us,
    const Tally& tally,
    const ModuleAverages& module,
    Time now
) {
    if (failing()) {
        if (auto outlier = judge_failures(options, module.failure_rate, now)) return outlier;
    }
    if (tally.failures > 0 && tally.calls() >= options.min_calls) {
        const auto rate = double(tally.failures) / double(tally.calls());
        // From the module's own rate up: who fails as often as all the others isn't ejected.
        const auto max = options.error_rate + (1 - options.error_rate) * module.failure_rate;
        if (rate >= max) return Outlier{Cause::error_rate, rate, max};
    }
    if (!too_slow(options, took_us, module.latency_us)) {
        slow_in_a_row_ = 0;
    } else if (add_slow(took_us, now) >= std::min(options.consecutive_failures, kMaxSlow)) {
        const auto limit_us = module.latency_us * options.latency_factor;
        return Outlier{Cause::latency, took_us / 1e3, limit_us / 1e3};
    }
    return {};
}

// Calls that were out at the same time are one piece of evidence: a dozen connections that are set
// up together are all slow.
std::uint32_t OutlierDetector::add_slow(float took_us, Time now) {
    const auto began = now - Time(static_cast<std::int64_t>(double(took_us) * 1e3));
    if (slow_in_a_row_ == 0 || began >= slow_until_) {
        ++slow_in_a_row_;
        slow_until_ = now;
    }
    return slow_in_a_row_;
}

std::optional<Outlier> OutlierDetector::judge_failures(
    const HealthOptions& options, float module_failure_rate, Time now
) const {
    // When the whole module fails now and then, so does every healthy endpoint.
    const auto chance = failures_by_chance(module_failure_rate);
    const auto limit = std::max(options.consecutive_failures, chance);
    if (failures_in_a_row_ >= limit) {
        return Outlier{Cause::consecutive_failures, double(failures_in_a_row_), double(limit)};
    }
    const auto failing = now - failing_since_;
    if (failures_in_a_row_ >= std::max(chance, kMinSeries) && failing >= options.failing_for) {
        using Seconds = std::chrono::duration<double>;
        const auto limit_seconds = Seconds(options.failing_for).count();
        return Outlier{Cause::failing_for, Seconds(failing).count(), limit_seconds};
    }
    return {};
}

}  // namespace lars::lb
