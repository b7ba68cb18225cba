#pragma once

#include "app/reload.hpp"
#include "app/service.hpp"
#include "app/service_options.hpp"
#include "metrics/registry.hpp"
#include "runtime/runtime.hpp"

#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lars::app {

/// What a program is configured with, as its options say.
struct ServiceSettings {
    std::string name;
    ServiceOptions options;
    std::vector<OptionSet::Value> values;  ///< of all options
};

/// Makes a program's service; what it is given outlives it.
using MakeService =
    std::function<std::unique_ptr<Service>(runtime::Runtime&, metrics::Registry&, spdlog::logger&)>;
/// Reads the options again; applies them to the service that was made, and to the log.
using ReadAgain = std::function<Reading(spdlog::logger&)>;

/// Runs one service, with the operators' pages if they are configured, until SIGINT or SIGTERM.
/// Answers the exit status: 0, or 1 with a message in the log when it can't start. When a stop
/// takes longer than the drain timeout, it leaves the process with 1. At SIGHUP the options are
/// read again; SIGPIPE is ignored.
int run_service(
    const ServiceSettings& settings, const MakeService& make, const ReadAgain& read_again
);

}  // namespace lars::app
