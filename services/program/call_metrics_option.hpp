#pragma once

#include "config/option_set.hpp"
#include "net/call_metrics.hpp"

#include <string>

namespace lars::program {

/// `--module-metrics` and `--endpoint-metrics`, in a file in this section.
void describe_call_metrics(
    config::OptionSet& set, net::CallMetrics::Limits& limits, const std::string& section
);

}  // namespace lars::program
