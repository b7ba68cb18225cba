#include "admin/policy_json.hpp"
#include "admin/policy_text.hpp"
#include "cli/agent_route.hpp"
#include "cli/client_flags.hpp"
#include "cli/commands.hpp"

#include <iostream>

namespace lars::cli {
namespace {

namespace json = boost::json;

void print_json(const AgentRoute& answer, ModuleId id) {
    const auto& route = answer.route;
    json::array endpoints;
    for (const auto& each : route.endpoints) {
        json::object endpoint{
            {"host", address_to_string(each.endpoint)},
            {"port", each.endpoint.port},
            {"weight", each.weight}};
        if (!each.zone.empty()) endpoint["zone"] = each.zone;
        if (!each.tags.empty()) endpoint["tags"] = each.tags;
        endpoints.push_back(std::move(endpoint));
    }
    const json::object object{
        {"modid", id.modid},
        {"cmdid", id.cmdid},
        {"endpoints", std::move(endpoints)},
        {"policy",
         {{"name", route.policy.name}, {"parameters", admin::parameters_json(route.policy)}}},
        {"truncated", answer.truncated}};
    std::cout << json::serialize(object) << '\n';
}

void print_text(const Route& route) {
    for (const auto& each : route.endpoints) {
        std::cout << to_string(each.endpoint);
        if (each.weight != kDefaultWeight) std::cout << "  weight " << each.weight;
        if (!each.zone.empty()) std::cout << "  zone " << each.zone;
        if (!each.tags.empty()) std::cout << "  tags " << each.tags;
        std::cout << '\n';
    }
    if (route.policy.name.empty()) return;
    const auto parameters = admin::parameters_text(route.policy);
    std::cout << "policy " << route.policy.name << (parameters.empty() ? "" : " ") << parameters
              << '\n';
}

}  // namespace

int get_route(const Words& words) {
    ClientOptions options;
    Arguments arguments(
        "get-route",
        "NAME|MODID CMDID",
        "Prints all endpoints, with zones, tags, and weights and a policy that aren't the\n"
        "default; exit status 1 if there are none, or the agent has more than it can answer."
    );
    add_client_flags(arguments, options);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse_module(words, 0, 0)) return 0;
    auto client = make_client(options);
    const auto& word = *arguments.module_word();
    const auto id = find_module(client, options, word);
    const auto code = client.reg_init(id.modid, id.cmdid);
    const auto answer = query_route(options, id);
    const auto& route = answer.route;
    if (arguments.given("json")) {
        print_json(answer, id);
    } else {
        print_text(route);
    }
    const auto module = "lars get-route: module " + word.text() + ": ";
    if (answer.truncated) {
        std::cerr << module << "only the first " << route.endpoints.size()
                  << " endpoints: the agent has more, and an answer of its version holds no more\n";
        return 1;
    }
    if (!route.endpoints.empty()) return 0;
    std::cerr << module << explain(code, options) << '\n';
    return 1;
}

}  // namespace lars::cli
