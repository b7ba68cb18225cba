#pragma once

#include "metrics/instruments.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lars::metrics {

/// Names and values of a metric's labels.
using Labels = std::map<std::string, std::string>;

/// The named metrics of one service, and their text for Prometheus.
///
/// Thread-safe. What it hands out lives as long as it does. A look-up locks and compares strings:
/// look up once, at the start, and keep the reference. Names follow Prometheus's rules, and a name
/// belongs to one kind of metric; nothing checks that here. `help` is shown as it was last given.
class Registry {
public:
    /// A registry for one thread, whose metrics show up in this one's readings: what has the same
    /// name and labels in several parts is added up. So a thread of the hot path writes to no cache
    /// line of another.
    Registry& part();

    /// The same name and labels return the same counter. Names end in `_total`.
    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    /// The same name returns the same histogram, with the bounds of the first time.
    Histogram& histogram(
        const std::string& name, const std::string& help, std::vector<double> bounds
    );
    /// The same name and labels return the same gauge.
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    /// A gauge that is computed when somebody reads. `read` is called by whichever thread that is,
    /// and what it refers to must outlive the last reading; it must not use this registry, whose
    /// lock is held.
    void gauge(
        const std::string& name,
        const std::string& help,
        std::function<double()> read,
        const Labels& labels = {}
    );

    /// More metrics, in Prometheus text format, after the others. The rules of a computed gauge's
    /// `read` hold for `write`.
    void add_text(std::function<std::string()> write);

    /// The value of one counter or gauge, or a histogram's number of values; 0 for one that
    /// doesn't exist. For tests.
    double value(const std::string& name, const Labels& labels = {}) const;
    /// All metrics in Prometheus text format.
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

}  // namespace lars::metrics
