#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lars::cli {

/// How many calls took how long: log-linear buckets, as in HdrHistogram. Each power of two of
/// nanoseconds is cut into 64, so a time is known within 1.6 %, and the memory is always the same.
struct Latencies {
    static constexpr std::size_t kParts = 64;
    static constexpr int kMaxBits = 37;  ///< longer times than two minutes count as that
    static constexpr std::size_t kBuckets = (kMaxBits - 5) * kParts;

    std::array<std::uint64_t, kBuckets> counts{};

    std::uint64_t count() const;
    /// The time in microseconds that this share of all, 0 to 1, took no longer than; 0 when there
    /// is none.
    double quantile_us(double share) const;

    Latencies& operator+=(const Latencies& more);
    friend Latencies operator-(Latencies all, const Latencies& before);
};

/// Latencies that one thread adds to, while any thread reads them.
class LatencyHistogram {
public:
    void add(std::chrono::nanoseconds latency);
    Latencies read() const;

private:
    std::array<std::atomic<std::uint64_t>, Latencies::kBuckets> counts_{};
};

}  // namespace lars::cli
