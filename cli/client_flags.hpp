#pragma once

#include "cli/arguments.hpp"
#include "lars/client.hpp"

#include <chrono>
#include <string>

namespace lars::cli {

/// What a call's timeout and waits may be.
inline constexpr app::Range<std::chrono::milliseconds> kTimeouts{
    std::chrono::milliseconds(1), std::chrono::minutes(1)};

/// Adds --agent and --timeout.
void add_client_flags(Arguments& arguments, ClientOptions& options);
/// Throws UsageError when the options are wrong.
Client make_client(const ClientOptions& options);

/// The module that a command line names, its name looked up by the agent, without a store. Throws
/// Failure when the agent knows no module that is called so.
ModuleId find_module(Client& client, const ClientOptions& options, const ModuleWord& word);

/// What an answer without a host means, and what to look at: "SYSTEM_ERROR (no agent answers at
/// 127.0.0.1:8888/3)".
std::string explain(Code code, const ClientOptions& options);

/// "10.0.0.1:80", or "[::1]:80".
std::string to_string(const Host& host);

}  // namespace lars::cli
