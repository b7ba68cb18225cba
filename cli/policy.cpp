#include "cli/policy.hpp"

#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "cli/table.hpp"
#include "lb/catalog.hpp"
#include "store/policy.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <cmath>
#include <iostream>

namespace lars::cli {
namespace {

namespace json = boost::json;

using Policies = std::vector<store::PolicyRow>;

void add_parameter(RoutePolicy& policy, const std::string& word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) throw UsageError("'" + word + "' is not KEY=VALUE");
    double value = 0;
    const auto* begin = word.data() + equals + 1;
    const auto* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value)) {
        throw UsageError("'" + word + "': the value is not a number");
    }
    if (!policy.parameters.emplace(word.substr(0, equals), value).second) {
        throw UsageError("'" + word + "': the parameter stands there twice");
    }
}

void print_json(const Policies& rows) {
    json::array all;
    for (const auto& row : rows) {
        json::object object{
            {"modid", row.module.modid}, {"cmdid", row.module.cmdid}, {"name", row.name}};
        const auto policy = store::parse_policy(row);
        if (policy) {
            object["parameters"] = parameters_json(*policy);
        } else {
            object["not_used"] = policy.error().message;
        }
        all.push_back(std::move(object));
    }
    std::cout << json::serialize(all) << '\n';
}

void print_table(const Policies& rows) {
    std::vector<std::vector<std::string>> table{{"MODID", "CMDID", "POLICY", "PARAMETERS"}};
    for (const auto& row : rows) {
        const auto policy = store::parse_policy(row);
        table.push_back(
            {std::to_string(row.module.modid),
             std::to_string(row.module.cmdid),
             row.name,
             policy ? parameters_text(*policy) : "not used: " + policy.error().message}
        );
    }
    std::cout << format_table(table);
}

std::string range_of(const lb::Parameter& parameter) {
    return store::format_parameter(parameter.min) + " to " + store::format_parameter(parameter.max);
}

json::object kind_json(const lb::PolicyInfo& kind) {
    json::array parameters;
    for (const auto& each : kind.parameters) {
        parameters.push_back(
            {{"name", each.name},
             {"default", each.fallback},
             {"least", each.min},
             {"most", each.max},
             {"advice", each.advice}}
        );
    }
    return {{"name", kind.name}, {"summary", kind.summary}, {"parameters", std::move(parameters)}};
}

void print_kind(const lb::PolicyInfo& kind) {
    std::cout << kind.name << ": " << kind.summary << '\n';
    for (const auto& each : kind.parameters) {
        std::cout << "\n  " << each.name << " = " << store::format_parameter(each.fallback) << "  ("
                  << range_of(each) << ")\n    " << each.advice << '\n';
    }
}

}  // namespace

std::string parameters_text(const RoutePolicy& policy) {
    std::string text;
    for (const auto& [name, value] : policy.parameters) {
        text += (text.empty() ? "" : " ") + name + '=' + store::format_parameter(value);
    }
    return text;
}

json::value parameters_json(const RoutePolicy& policy) {
    return json::parse(store::format_parameters(policy));
}

int policy_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy list",
        "[MODID CMDID]",
        "Shows the modules that have a policy of their own, or that of one module. The others are\n"
        "balanced as their agents are configured."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array");
    if (!arguments.parse(words, 0, 2)) return 0;
    std::optional<ModuleId> module;
    if (!arguments.words().empty()) module = arguments.module();
    const auto rows = run_on_store<Policies>(store_url(store), [module](store::Store& each) {
        return each.list_policies(module);
    });
    if (arguments.given("json")) {
        print_json(rows);
    } else {
        print_table(rows);
    }
    return 0;
}

int policy_kinds(const Words& words) {
    Arguments arguments(
        "policy kinds", "[NAME]", "Shows the policies there are, or the parameters of one."
    );
    arguments.flags()("json", "print JSON, with the parameters");
    if (!arguments.parse(words, 0, 1)) return 0;
    if (arguments.words().empty()) {
        json::array all;
        std::vector<std::vector<std::string>> table;
        for (const auto& kind : lb::catalog()) {
            all.push_back(kind_json(kind));
            table.push_back({std::string(kind.name), std::string(kind.summary)});
        }
        std::cout << (arguments.given("json") ? json::serialize(all) + '\n' : format_table(table));
        return 0;
    }
    const auto& name = arguments.words().front();
    const auto* kind = lb::find_policy(name);
    if (!kind) throw UsageError(*lb::check({name, {}}));
    if (arguments.given("json")) {
        std::cout << json::serialize(kind_json(*kind)) << '\n';
    } else {
        print_kind(*kind);
    }
    return 0;
}

int policy_set(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy set",
        "MODID CMDID NAME [KEY=VALUE...]",
        "Sets how a module is balanced, in place of what was set before: a policy's name, and\n"
        "parameters that differ from the agents'."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 3, kAnyNumber)) return 0;
    const auto id = arguments.module();
    RoutePolicy policy{arguments.words()[2], {}};
    for (std::size_t i = 3; i < arguments.words().size(); ++i) {
        add_parameter(policy, arguments.words()[i]);
    }
    if (const auto why = lb::check(policy)) throw UsageError(*why);
    const auto url = store_url(store);
    const auto changed = run_on_store<std::size_t>(url, [id, &policy](store::Store& each) {
        return each.set_policy(id, policy);
    });
    std::cout << (changed > 0 ? "set" : "already so") << '\n';
    return 0;
}

int policy_remove(const Words& words) {
    std::string store;
    Arguments arguments(
        "policy remove", "MODID CMDID", "Leaves it to the agents again how a module is balanced."
    );
    add_store_flag(arguments, store);
    if (!arguments.parse(words, 2, 2)) return 0;
    const auto id = arguments.module();
    const auto removed = run_on_store<std::size_t>(store_url(store), [id](store::Store& each) {
        return each.remove_policy(id);
    });
    std::cout << removed << " removed\n";
    return 0;
}

}  // namespace lars::cli
