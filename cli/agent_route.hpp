#pragma once

#include "base/route.hpp"
#include "lars/client.hpp"

namespace lars::cli {

/// The route of a module as the agent has it, with weights and policy, which the client's interface
/// leaves out. No endpoints when the agent knows none or doesn't answer.
struct AgentRoute {
    Route route;
    bool truncated = false;  ///< the agent has more than it could answer
};
AgentRoute query_route(const ClientOptions& options, ModuleId id);

}  // namespace lars::cli
