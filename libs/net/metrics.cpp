#include "net/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace lars::net {
namespace {

prometheus::ClientMetric with_labels(const Labels& labels) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    return metric;
}

}  // namespace

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    const std::lock_guard lock(mutex_);
    auto& family = families_[name];
    family.help = help;
    auto& counter = family.counters[labels];
    if (!counter) counter = std::make_unique<Counter>();
    return *counter;
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
            out.type = family.kind == Kind::counter ? prometheus::MetricType::Counter
                                                    : prometheus::MetricType::Gauge;
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
