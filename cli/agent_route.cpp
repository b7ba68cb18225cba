#include "cli/agent_route.hpp"

#include "client/src/requests.hpp"

#include <utility>

namespace lars::cli {

AgentRoute query_route(const ClientOptions& options, ModuleId id) {
    auto agent = client::parse_agent(options.agent);
    auto locator = client::AgentLocator::find(std::move(agent), options.timeout);
    client::Requests requests(std::move(locator), options.timeout, options.first_call_wait);
    client::RouteAnswer answer;
    const auto code = requests.get_route({.module = id}, answer);
    canonicalize(answer.route);
    return {std::move(answer.route), code == LARS_TRUNCATED};
}

}  // namespace lars::cli
