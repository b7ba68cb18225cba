#include "app/call_metrics_option.hpp"

namespace lars::app {

void describe_call_metrics(
    OptionSet& set, metrics::CallMetrics::Limits& limits, const std::string& section
) {
    constexpr Range<std::uint32_t> kRange{0, 100'000};
    set.number(
           "module-metrics",
           limits.modules,
           kRange,
           "modules that have series of their own in /metrics; the calls of further ones are added "
           "up"
    )
        .key(section, "module-metrics");
    set.number(
           "endpoint-metrics",
           limits.endpoints,
           kRange,
           "… and endpoints, over all modules; the calls of further ones are only counted"
    )
        .key(section, "endpoint-metrics");
}

}  // namespace lars::app
