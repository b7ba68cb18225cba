#include "cli/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

namespace lars::cli {
namespace {

constexpr int kPartBits = std::countr_zero(Latencies::kParts);
constexpr std::int64_t kMaxNs = (std::int64_t{1} << Latencies::kMaxBits) - 1;

// Below kParts every nanosecond has a bucket of its own.
std::size_t bucket_of(std::uint64_t ns) {
    if (ns < Latencies::kParts) return ns;
    const auto shift = static_cast<std::size_t>(std::bit_width(ns) - 1 - kPartBits);
    return shift * Latencies::kParts + (ns >> shift);
}

/// The longest time that falls into the bucket.
double end_of(std::size_t bucket) {
    if (bucket < Latencies::kParts) return static_cast<double>(bucket);
    const auto shift = bucket / Latencies::kParts - 1;
    const auto begin = Latencies::kParts + bucket % Latencies::kParts;
    return std::ldexp(static_cast<double>(begin + 1), static_cast<int>(shift)) - 1;
}

}  // namespace

std::uint64_t Latencies::count() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

double Latencies::quantile_us(double share) const {
    const auto rank = std::max(std::ceil(share * static_cast<double>(count())), 1.0);
    double seen = 0;
    for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
        seen += static_cast<double>(counts[bucket]);
        if (seen >= rank) return end_of(bucket) / 1e3;
    }
    return 0;
}

Latencies& Latencies::operator+=(const Latencies& more) {
    std::transform(
        counts.begin(), counts.end(), more.counts.begin(), counts.begin(), std::plus<>()
    );
    return *this;
}

Latencies operator-(Latencies all, const Latencies& before) {
    std::transform(
        all.counts.begin(),
        all.counts.end(),
        before.counts.begin(),
        all.counts.begin(),
        std::minus<>()
    );
    return all;
}

void LatencyHistogram::add(std::chrono::nanoseconds latency) {
    const auto ns = std::clamp<std::int64_t>(latency.count(), 0, kMaxNs);
    auto& count = counts_[bucket_of(static_cast<std::uint64_t>(ns))];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

Latencies LatencyHistogram::read() const {
    Latencies latencies;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        latencies.counts[bucket] = counts_[bucket].load(std::memory_order_relaxed);
    }
    return latencies;
}

}  // namespace lars::cli
