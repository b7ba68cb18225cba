#pragma once

#include "cli/arguments.hpp"

#include <proto/lars.pb.h>

#include <string>

namespace lars::cli {

/// Adds --socket PATH, by default LARS_SOCKET or /run/lars/agent.sock.
void add_socket_flag(Arguments& arguments, std::string& path);

// Each asks the agent of this host over its Unix socket. They throw Failure, which says what is
// wrong, with what the agent says too.

ServiceResponse ask_agent(const std::string& path, const WithdrawRequest& request);
ServiceResponse ask_agent(const std::string& path, const DrainRequest& request);
ServiceResponse ask_agent(const std::string& path, const ServicesRequest& request);

/// Which instances of a service are meant: NAME [PORT], or MODID CMDID [PORT].
InstanceInfo instance_pattern(const Arguments& arguments);

}  // namespace lars::cli
