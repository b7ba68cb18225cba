#include "base/call_sums.hpp"

#include <algorithm>
#include <numeric>

namespace lars {
namespace {

std::uint64_t risen(std::uint64_t now, std::uint64_t before) {
    return now - std::min(now, before);
}

}  // namespace

CallSums& CallSums::operator+=(const CallSums& other) {
    successes += other.successes;
    failures += other.failures;
    latency_sum_us += other.latency_sum_us;
    overloaded_ms += other.overloaded_ms;
    for (std::size_t i = 0; i < kLatencyBuckets; ++i) buckets[i] += other.buckets[i];
    return *this;
}

CallSums CallSums::since(const CallSums& before) const {
    CallSums sums{
        .successes = risen(successes, before.successes),
        .failures = risen(failures, before.failures),
        .latency_sum_us = risen(latency_sum_us, before.latency_sum_us),
        .overloaded_ms = risen(overloaded_ms, before.overloaded_ms),
    };
    for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
        sums.buckets[i] = risen(buckets[i], before.buckets[i]);
    }
    return sums;
}

std::uint64_t CallSums::timed() const {
    return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

std::optional<double> CallSums::quantile_us(double q) const {
    const auto all = static_cast<double>(timed());
    if (all == 0) return {};
    const double wanted = std::clamp(q, 0.0, 1.0) * all;
    double below = 0;
    for (std::size_t i = 0; i + 1 < kLatencyBuckets; ++i) {
        const auto here = static_cast<double>(buckets[i]);
        if (here > 0 && below + here >= wanted) {
            const auto low = i == 0 ? 0.0 : static_cast<double>(latency_bound_us(i - 1));
            const auto high = static_cast<double>(latency_bound_us(i));
            return low + (high - low) * (wanted - below) / here;
        }
        below += here;
    }
    return static_cast<double>(latency_bound_us(kLatencyBuckets - 2));
}

}  // namespace lars
