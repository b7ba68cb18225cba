#include "net/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>

namespace lars::net {
namespace {

prometheus::ClientMetric with_labels(const Labels& labels) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    return metric;
}

prometheus::MetricType type_of(int kind) {
    using Type = prometheus::MetricType;
    constexpr Type kTypes[]{Type::Counter, Type::Gauge, Type::Histogram};
    return kTypes[kind];
}

prometheus::ClientMetric snapshot(const Histogram& histogram) {
    prometheus::ClientMetric metric;
    auto& out = metric.histogram;
    for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
        out.sample_count += histogram.count(i);
        const bool last = i == histogram.bounds().size();
        const auto bound = last ? std::numeric_limits<double>::infinity() : histogram.bounds()[i];
        out.bucket.push_back({out.sample_count, bound});
    }
    out.sample_sum = histogram.sum();
    return metric;
}

}  // namespace

void Histogram::observe(double value) {
    const auto range = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    counts_[static_cast<std::size_t>(range)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.help = help;
    auto& counter = family.counters[labels];
    if (!counter) counter = std::make_unique<Counter>();
    return *counter;
}

Histogram& Metrics::histogram(
    const std::string& name, const std::string& help, std::vector<double> bounds
) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.kind = Kind::histogram;
    family.help = help;
    if (!family.histogram) family.histogram = std::make_unique<Histogram>(std::move(bounds));
    return *family.histogram;
}

void Metrics::gauge(
    const std::string& name,
    const std::string& help,
    std::function<double()> read,
    const Labels& labels
) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.kind = Kind::gauge;
    family.help = help;
    family.gauges[labels] = std::move(read);
}

double Metrics::value(const std::string& name, const Labels& labels) const {
    const std::lock_guard lock(mutex_);
    const auto family = families_.find(name);
    if (family == families_.end()) return 0;
    if (const auto found = family->second.counters.find(labels);
        found != family->second.counters.end()) {
        return static_cast<double>(found->second->value());
    }
    if (const auto& histogram = family->second.histogram) {
        return static_cast<double>(snapshot(*histogram).histogram.sample_count);
    }
    const auto found = family->second.gauges.find(labels);
    return found == family->second.gauges.end() ? 0 : found->second();
}

std::string Metrics::text() const {
    std::vector<prometheus::MetricFamily> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, family] : families_) {
            prometheus::MetricFamily out;
            out.name = name;
            out.help = family.help;
            out.type = type_of(static_cast<int>(family.kind));
            if (family.histogram) out.metric.push_back(snapshot(*family.histogram));
            for (const auto& [labels, counter] : family.counters) {
                auto metric = with_labels(labels);
                metric.counter.value = static_cast<double>(counter->value());
                out.metric.push_back(std::move(metric));
            }
            for (const auto& [labels, read] : family.gauges) {
                auto metric = with_labels(labels);
                metric.gauge.value = read();
                out.metric.push_back(std::move(metric));
            }
            all.push_back(std::move(out));
        }
    }
    return prometheus::TextSerializer().Serialize(all);
}

BadInput::BadInput(Metrics& metrics) {
    for (int kind = 1; kind <= kErrcCount; ++kind) {
        counters_[static_cast<std::size_t>(kind)] = &metrics.counter(
            "lars_bad_input_total",
            "What peers sent that wasn't accepted, by kind",
            {{"kind", kind_name(static_cast<Errc>(kind))}}
        );
    }
}

}  // namespace lars::net
