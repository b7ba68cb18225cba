#include "cli/agent_route.hpp"

#include "client/src/requests.hpp"

namespace lars::cli {

AgentRoute query_route(const ClientOptions& options, ModuleId id) {
    auto agent = client::parse_agent(options.agent);
    auto locator = client::AgentLocator::find(std::move(agent), options.timeout);
    client::Requests requests(std::move(locator), options.timeout, options.first_call_wait);
    AgentRoute answer;
    answer.truncated = requests.get_route({.module = id}, answer.route) == LARS_TRUNCATED;
    canonicalize(answer.route);
    return answer;
}

}  // namespace lars::cli
