#pragma once

#include "app/service.hpp"
#include "app/service_options.hpp"
#include "metrics/registry.hpp"
#include "runtime/runtime.hpp"

#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <string>

namespace lars::app {

/// Makes a program's service; what it is given outlives it.
using MakeService =
    std::function<std::unique_ptr<Service>(runtime::Runtime&, metrics::Registry&, spdlog::logger&)>;

/// Runs one service, with the operators' pages if they are configured, until SIGINT or SIGTERM.
/// Answers the exit status: 0, or 1 with a message in the log when it can't start. When a stop
/// takes longer than the drain timeout, it leaves the process with 1.
int run_service(const std::string& name, const ServiceOptions& options, const MakeService& make);

}  // namespace lars::app
