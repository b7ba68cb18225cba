#pragma once

#include "lb/call.hpp"
#include "lb/counters/module_averages.hpp"
#include "lb/counters/tally.hpp"
#include "lb/health/health_options.hpp"
#include "lb/time.hpp"
#include "lb/transition.hpp"

#include <cstdint>
#include <optional>

namespace lars::lb {

/// Why an endpoint is to be ejected.
struct Outlier {
    Cause cause;
    double value;  ///< what was measured
    double limit;  ///< what it was held against
};

/// Whether a call took so long that it counts against its endpoint.
inline bool too_slow(const HealthOptions& options, float took_us, float module_latency_us) {
    return module_latency_us > 0 && took_us > float(options.latency_factor) * module_latency_us;
}

/// Finds out from an endpoint's calls whether it is an outlier among those of its module: one for
/// each endpoint. The rules are those of Envoy's outlier detection (consecutive failures, error
/// rate), and two of time: nothing but failures for a while, and slow calls in a row.
class OutlierDetector {
public:
    /// One of its calls has ended.
    void add(CallOutcome outcome, Time now);
    /// Judges the endpoint by the call that was just added, which took `took_us` microseconds
    /// (negative: unknown), by its window, and by what the module was like before that call.
    std::optional<Outlier> judge(
        const HealthOptions& options,
        float took_us,
        const Tally& tally,
        const ModuleAverages& module,
        Time now
    );
    /// The endpoint's state has changed: slow calls from before don't count.
    void forget_slow_calls() { slow_in_a_row_ = 0; }

    /// Whether its last call failed.
    bool failing() const { return failures_in_a_row_ > 0; }

private:
    std::uint32_t add_slow(float took_us, Time now);
    std::optional<Outlier> judge_failures(
        const HealthOptions& options, float module_failure_rate, Time now
    ) const;

    Time failing_since_{};  // the first of the failures in a row
    Time slow_until_{};     // when the latest of the slow calls in a row ended
    std::uint32_t failures_in_a_row_ = 0;
    std::uint8_t slow_in_a_row_ = 0;
};

}  // namespace lars::lb
