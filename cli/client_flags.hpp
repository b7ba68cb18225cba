#pragma once

#include "cli/arguments.hpp"
#include "lars/client.hpp"

#include <chrono>
#include <string>

namespace lars::cli {

/// Adds --agent and --timeout.
void add_client_flags(Arguments& arguments, ClientOptions& options);
/// Throws UsageError when the options are wrong.
Client make_client(const ClientOptions& options);

/// What a flag such as "--timeout" says of a call, up to a minute. Throws UsageError.
std::chrono::milliseconds call_duration(
    const std::string& flag,
    const std::string& text,
    std::chrono::milliseconds min = std::chrono::milliseconds(1)
);

}  // namespace lars::cli
