#pragma once

#include "config/option_set.hpp"
#include "reporter/alarms/http_url.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace lars::reporter {

struct AlarmOptions {
    std::chrono::milliseconds interval{5'000};  ///< between looks at the calls
    std::vector<HttpUrl> alertmanagers;         ///< all of them are told
    std::optional<HttpUrl> webhook;
};

void describe(config::OptionSet& set, AlarmOptions& options);

}  // namespace lars::reporter
