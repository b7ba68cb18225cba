#pragma once

#include "base/error.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lars::metrics {

/// Threads that write to different ones don't slow each other down.
inline constexpr std::size_t kCacheLine = 64;

/// A count that one or many threads raise and any thread reads. One relaxed addition.
class alignas(kCacheLine) Counter {
public:
    void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// A value that goes up and down, set by one or many threads and read by any.
class alignas(kCacheLine) Gauge {
public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    double value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

/// How often values fell into each of a few ranges, and their sum. Any thread.
class Histogram {
public:
    /// Upper bounds of the ranges, rising; one without bound follows.
    explicit Histogram(std::vector<double> bounds)
        : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

    void observe(double value);
    const std::vector<double>& bounds() const { return bounds_; }
    std::uint64_t count(std::size_t range) const { return counts_[range]; }
    double sum() const { return sum_; }

private:
    std::vector<double> bounds_;
    std::vector<std::atomic<std::uint64_t>> counts_;
    std::atomic<double> sum_{0};
};

using Labels = std::map<std::string, std::string>;

/// The named counts of one service. Thread-safe; what it answers lives as long as it.
class Registry {
public:
    /// Metrics that show up in these: what has the same name and labels in both is added up. A
    /// thread that counts in a part of its own writes to no cache line of another.
    Registry& part();

    /// The same name and labels answer the same counter. Names end in `_total`.
    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    /// The same name answers the same histogram, with the bounds of the first time.
    Histogram& histogram(
        const std::string& name, const std::string& help, std::vector<double> bounds
    );
    /// The same name and labels answer the same gauge.
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    /// `read` is called from whichever thread asks for the text, and must outlive this object.
    void gauge(
        const std::string& name,
        const std::string& help,
        std::function<double()> read,
        const Labels& labels = {}
    );

    /// More metrics, in Prometheus text format. `write` is called from whichever thread asks for
    /// the text, and must outlive this object.
    void add_text(std::function<std::string()> write);

    /// The value of one counter or gauge, or a histogram's number of values; 0 for one that
    /// doesn't exist.
    double value(const std::string& name, const Labels& labels = {}) const;
    /// Prometheus text format.
    std::string text() const;

private:
    enum class Kind { counter, gauge, histogram };
    struct Family {
        Kind kind = Kind::counter;
        std::string help;
        std::map<Labels, std::unique_ptr<Counter>> counters;
        std::map<Labels, std::unique_ptr<Gauge>> gauges;
        std::map<Labels, std::function<double()>> read_gauges;
        std::unique_ptr<Histogram> histogram;
    };
    /// What a family was worth at a moment, over all parts.
    struct Reading {
        Kind kind = Kind::counter;
        std::string help;
        std::map<Labels, double> values;
        std::vector<double> bounds;
        std::vector<std::uint64_t> counts;
        double sum = 0;

        void add(const Family& family);
    };
    using Readings = std::map<std::string, Reading>;

    void read(Readings& readings) const;
    void read(const std::string& name, Reading& reading) const;

    mutable std::mutex mutex_;
    std::map<std::string, Family> families_;
    std::vector<std::unique_ptr<Registry>> parts_;
    std::vector<std::function<std::string()>> texts_;
};

/// `lars_bad_input_total{kind=…}`: what peers sent that wasn't accepted.
class BadInput {
public:
    explicit BadInput(Registry& metrics);
    void count(Errc kind) { counters_[static_cast<std::size_t>(kind)]->add(); }
    std::uint64_t count_of(Errc kind) const {
        return counters_[static_cast<std::size_t>(kind)]->value();
    }

private:
    std::array<Counter*, kErrcCount + 1> counters_{};
};

}  // namespace lars::metrics
