#pragma once

#include "metrics/registry.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace lars::app {

/// Throws std::invalid_argument, with the levels there are, when `level` is none of them.
void check_log_level(const std::string& level);

/// A log to standard error, one line each, from any thread. Whoever logs never waits, whatever
/// becomes of standard error (see LogSink); what isn't written is counted in
/// `lars_log_lines_dropped_total` and `lars_log_lines_repeated_total` of the registry, which
/// outlives the log. Its flush(), and its end, wait half a second at most.
std::shared_ptr<spdlog::logger> make_log(
    const std::string& name, const std::string& level, metrics::Registry& metrics
);

/// From any thread, while others log.
void set_log_level(spdlog::logger& log, const std::string& level);

}  // namespace lars::app
