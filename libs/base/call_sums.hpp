#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace lars {

/// How long calls took, in ranges that double: below 64 µs, below 128 µs, … below 4.2 s, and above.
/// Counted once at an agent, they can be added over time, callers and endpoints without loss.
inline constexpr std::size_t kLatencyBuckets = 18;

constexpr std::uint64_t latency_bound_us(std::size_t bucket) {
    return std::uint64_t{64} << bucket;
}

constexpr std::size_t latency_bucket(std::uint64_t latency_us) {
    std::size_t bucket = 0;
    while (bucket + 1 < kLatencyBuckets && latency_us >= latency_bound_us(bucket)) ++bucket;
    return bucket;
}

/// Sums over calls to one endpoint, or to several.
struct CallSums {
    using Buckets = std::array<std::uint64_t, kLatencyBuckets>;

    std::uint64_t successes = 0;
    std::uint64_t failures = 0;
    std::uint64_t latency_sum_us = 0;  ///< of the calls whose latency is known
    std::uint64_t overloaded_ms = 0;   ///< how long a caller kept away from it; over all callers
    Buckets buckets{};                 ///< of the calls whose latency is known

    std::uint64_t calls() const { return successes + failures; }
    CallSums& operator+=(const CallSums& other);
    /// What came since: `before` is an earlier state of the same sums, and may be lacking.
    CallSums since(const CallSums& before) const;
    /// The calls whose latency is known.
    std::uint64_t timed() const;
    /// The latency that a share `q` (0 to 1) of the calls didn't exceed, in microseconds,
    /// interpolated within its bucket: wrong by less than a factor of two. Of the last bucket, its
    /// lower bound. None: no latency is known.
    std::optional<double> quantile_us(double q) const;

    friend bool operator==(const CallSums&, const CallSums&) = default;
};

}  // namespace lars
