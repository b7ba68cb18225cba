#pragma once

#include "app/option_set.hpp"
#include "metrics/call_metrics.hpp"

#include <string>

namespace lars::app {

/// `--module-metrics` and `--endpoint-metrics`, in a file in this section.
void describe_call_metrics(
    OptionSet& set, metrics::CallMetrics::Limits& limits, const std::string& section
);

}  // namespace lars::app
