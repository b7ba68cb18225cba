#pragma once

#include "app/option_set.hpp"
#include "http/url.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace lars::reporter {

/// How a reporter judges alarms, and where it sends alerts.
struct AlarmOptions {
    std::chrono::milliseconds interval{5'000};  ///< between two evaluations
    std::vector<http::Url> alertmanagers;       ///< each gets every alarm
    std::optional<http::Url> webhook;           ///< gets a POST when an alarm fires or is resolved
};

/// `--alarm-interval`, `--alertmanager` and `--alarm-webhook`.
void describe(app::OptionSet& set, AlarmOptions& options);

}  // namespace lars::reporter
