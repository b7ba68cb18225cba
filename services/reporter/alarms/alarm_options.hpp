#pragma once

#include "app/option_set.hpp"
#include "http/url.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace lars::reporter {

struct AlarmOptions {
    std::chrono::milliseconds interval{5'000};  ///< between looks at the calls
    std::vector<http::Url> alertmanagers;       ///< all of them are told
    std::optional<http::Url> webhook;
};

void describe(app::OptionSet& set, AlarmOptions& options);

}  // namespace lars::reporter
