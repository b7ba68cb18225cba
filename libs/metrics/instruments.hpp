#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lars::metrics {

/// Bytes. Instruments are aligned to it, so that threads that write to different ones don't slow
/// each other down.
inline constexpr std::size_t kCacheLine = 64;

/// A count that only rises. Any thread may add and read; an addition is one relaxed atomic
/// operation and orders nothing else.
class alignas(kCacheLine) Counter {
public:
    void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// A value that goes up and down. Any thread may set and read it.
class alignas(kCacheLine) Gauge {
public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    double value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

/// How often values fell into each of a few ranges, and their sum. Any thread may observe and read;
/// who reads meanwhile may see a value in the ranges that isn't in the sum yet.
class Histogram {
public:
    /// Upper bounds of the ranges, inclusive and rising, in the unit of the values; a last range
    /// without bound follows.
    explicit Histogram(std::vector<double> bounds)
        : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

    void observe(double value);

    const std::vector<double>& bounds() const { return bounds_; }
    /// Of one range alone, up to `bounds().size()`.
    std::uint64_t count(std::size_t range) const { return counts_[range]; }
    double sum() const { return sum_; }

private:
    std::vector<double> bounds_;
    std::vector<std::atomic<std::uint64_t>> counts_;
    std::atomic<double> sum_{0};
};

}  // namespace lars::metrics
