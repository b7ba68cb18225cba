#include "admin/policy_json.hpp"

#include "admin/policy_kind.hpp"
#include "store/policy.hpp"

namespace lars::admin {
namespace {

namespace json = boost::json;

// "least" and "most" are what scripts know a range's ends by.
json::object kind_json(const lb::PolicyInfo& kind) {
    json::array parameters;
    for (const auto& each : kind.parameters) {
        parameters.push_back(
            {{"name", each.name},
             {"default", each.default_value},
             {"least", each.min},
             {"most", each.max},
             {"advice", each.help}}
        );
    }
    return {{"name", kind.name}, {"summary", kind.summary}, {"parameters", std::move(parameters)}};
}

}  // namespace

json::value parameters_json(const RoutePolicy& policy) {
    return json::parse(store::format_parameters(policy));
}

json::array policies_json(const std::vector<store::PolicyRow>& rows, const NamesById& names) {
    json::array all;
    for (const auto& row : rows) {
        json::object object{
            {"modid", row.module.modid}, {"cmdid", row.module.cmdid}, {"name", row.name}};
        // "name" is the policy's.
        if (const auto& name = name_of(row.module, names); !name.empty()) object["module"] = name;
        const auto policy = store::parse_policy(row);
        if (policy) {
            object["parameters"] = parameters_json(*policy);
        } else {
            object["not_used"] = policy.error().message;
        }
        all.push_back(std::move(object));
    }
    return all;
}

json::array policy_kinds_json() {
    json::array all;
    for (const auto& kind : lb::catalog()) all.push_back(kind_json(kind));
    return all;
}

json::object policy_kind_json(const std::string& name) {
    return kind_json(policy_kind(name));
}

}  // namespace lars::admin
