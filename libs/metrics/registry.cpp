#include "metrics/registry.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <numeric>

namespace lars::metrics {
namespace {

prometheus::ClientMetric with_labels(const Labels& labels) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    return metric;
}

prometheus::ClientMetric histogram_of(
    const std::vector<double>& bounds, const std::vector<std::uint64_t>& counts, double sum
) {
    prometheus::ClientMetric metric;
    auto& out = metric.histogram;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        out.sample_count += counts[i];
        const bool last = i == bounds.size();
        const auto bound = last ? std::numeric_limits<double>::infinity() : bounds[i];
        out.bucket.push_back({out.sample_count, bound});
    }
    out.sample_sum = sum;
    return metric;
}

}  // namespace

Registry& Registry::part() {
    const std::lock_guard lock(mutex_);
    parts_.push_back(std::make_unique<Registry>());
    return *parts_.back();
}

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.help = help;
    auto& counter = family.counters[labels];
    if (!counter) counter = std::make_unique<Counter>();
    return *counter;
}

Histogram& Registry::histogram(
    const std::string& name, const std::string& help, std::vector<double> bounds
) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.kind = Kind::histogram;
    family.help = help;
    if (!family.histogram) family.histogram = std::make_unique<Histogram>(std::move(bounds));
    return *family.histogram;
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.kind = Kind::gauge;
    family.help = help;
    auto& gauge = family.gauges[labels];
    if (!gauge) gauge = std::make_unique<Gauge>();
    return *gauge;
}

void Registry::gauge(
    const std::string& name,
    const std::string& help,
    std::function<double()> read,
    const Labels& labels
) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.kind = Kind::gauge;
    family.help = help;
    family.read_gauges[labels] = std::move(read);
}

void Registry::add_text(std::function<std::string()> write) {
    const std::lock_guard lock(mutex_);
    texts_.push_back(std::move(write));
}

void Registry::Reading::add(const Family& family) {
    kind = family.kind;
    help = family.help;
    for (const auto& [labels, counter] : family.counters) {
        values[labels] += static_cast<double>(counter->value());
    }
    for (const auto& [labels, gauge] : family.gauges) values[labels] += gauge->value();
    for (const auto& [labels, read] : family.read_gauges) values[labels] += read();
    if (!family.histogram) return;
    bounds = family.histogram->bounds();
    counts.resize(bounds.size() + 1);
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += family.histogram->count(i);
    sum += family.histogram->sum();
}

void Registry::read(Readings& readings) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, family] : families_) readings[name].add(family);
    for (const auto& part : parts_) part->read(readings);
}

void Registry::read(const std::string& name, Reading& reading) const {
    const std::lock_guard lock(mutex_);
    const auto family = families_.find(name);
    if (family != families_.end()) reading.add(family->second);
    for (const auto& part : parts_) part->read(name, reading);
}

double Registry::value(const std::string& name, const Labels& labels) const {
    Reading reading;
    read(name, reading);
    if (reading.kind == Kind::histogram) {
        const auto count =
            std::accumulate(reading.counts.begin(), reading.counts.end(), std::uint64_t{0});
        return static_cast<double>(count);
    }
    const auto found = reading.values.find(labels);
    return found == reading.values.end() ? 0 : found->second;
}

std::string Registry::text() const {
    using Type = prometheus::MetricType;
    Readings readings;
    read(readings);
    std::vector<prometheus::MetricFamily> all;
    for (const auto& [name, reading] : readings) {
        prometheus::MetricFamily out{name, reading.help, Type::Counter, {}};
        if (reading.kind == Kind::gauge) out.type = Type::Gauge;
        if (reading.kind == Kind::histogram) {
            out.type = Type::Histogram;
            out.metric.push_back(histogram_of(reading.bounds, reading.counts, reading.sum));
        }
        for (const auto& [labels, value] : reading.values) {
            auto metric = with_labels(labels);
            (reading.kind == Kind::gauge ? metric.gauge.value : metric.counter.value) = value;
            out.metric.push_back(std::move(metric));
        }
        all.push_back(std::move(out));
    }
    auto text = prometheus::TextSerializer().Serialize(all);
    const std::lock_guard lock(mutex_);
    for (const auto& write : texts_) text += write();
    return text;
}

}  // namespace lars::metrics
