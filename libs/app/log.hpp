#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace lars::app {

/// Throws std::invalid_argument, with the levels there are, when `level` is none of them.
void check_log_level(const std::string& level);

/// Logs go to standard error, one line each; from any thread.
std::shared_ptr<spdlog::logger> make_log(const std::string& name, const std::string& level);

}  // namespace lars::app
