#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "cli/echo_server.hpp"

#include <cstddef>
#include <map>
#include <memory>

namespace lars::cli {

/// One endpoint with a server of its own, and how calls to it went.
struct Target {
    ModuleId module;
    std::unique_ptr<EchoServer> server;
    std::size_t picks = 0;
    std::size_t failures = 0;
};

using Targets = std::map<Endpoint, Target>;

/// Starts the servers of modules 1/1, 2/1 and 3/1. Throws Failure.
Targets start_servers();

}  // namespace lars::cli
