#include "admin/policy_json.hpp"
#include "admin/policy_text.hpp"
#include "cli/agent_route.hpp"
#include "cli/client_flags.hpp"
#include "cli/commands.hpp"

#include <iostream>

namespace lars::cli {
namespace {

namespace json = boost::json;

void print_json(const Route& route, ModuleId id) {
    json::array endpoints;
    for (const auto& each : route.endpoints) {
        endpoints.push_back(json::object{
            {"host", address_to_string(each.endpoint)},
            {"port", each.endpoint.port},
            {"weight", each.weight}});
    }
    const json::object object{
        {"modid", id.modid},
        {"cmdid", id.cmdid},
        {"endpoints", std::move(endpoints)},
        {"policy",
         {{"name", route.policy.name}, {"parameters", admin::parameters_json(route.policy)}}}};
    std::cout << json::serialize(object) << '\n';
}

void print_text(const Route& route) {
    for (const auto& each : route.endpoints) {
        std::cout << to_string(each.endpoint);
        if (each.weight != kDefaultWeight) std::cout << "  weight " << each.weight;
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
        "MODID CMDID",
        "Prints all endpoints, and weights and a policy that aren't the default; exit status 1 if\n"
        "there are none."
    );
    add_client_flags(arguments, options);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 2, 2)) return 0;
    auto client = make_client(options);
    const auto id = arguments.module();
    const auto code = client.reg_init(id.modid, id.cmdid);
    const auto route = query_route(options, id);
    if (arguments.given("json")) {
        print_json(route, id);
    } else {
        print_text(route);
    }
    if (!route.endpoints.empty()) return 0;
    std::cerr << "lars get-route: module " << to_string(id) << ": " << to_string(code) << '\n';
    return 1;
}

}  // namespace lars::cli
