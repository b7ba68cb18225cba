#pragma once

#include "app/option_set.hpp"
#include "base/endpoint.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace lars::app {

/// The options that every service's program has.
struct ServiceOptions {
    std::uint32_t threads = 1;                       ///< contexts of the runtime
    std::chrono::milliseconds drain_timeout{5'000};  ///< how long a stop may take
    std::optional<Endpoint> admin;  ///< where operators' pages are served, if at all
    std::string log_level = "info";
};

/// Whether `--threads` is an option, or the program knows how many it needs.
enum class Threads { configurable, fixed };

/// Throws ConfigError when a service is to listen on the address of its operators' pages.
void check_distinct(const std::string& flag, const Endpoint& listen, const ServiceOptions& options);

/// `--threads`, `--drain-timeout`, `--admin` and `--log-level`.
void describe_service(OptionSet& set, ServiceOptions& options, Threads threads);

}  // namespace lars::app
