#pragma once

#include "cli/arguments.hpp"
#include "lars/client.hpp"

#include <string>

namespace lars::cli {

/// Adds --agent and --timeout.
void add_client_flags(Arguments& arguments, ClientOptions& options);
/// Throws UsageError when the options are wrong.
Client make_client(const ClientOptions& options);

}  // namespace lars::cli
