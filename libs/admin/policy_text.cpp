#include "admin/policy_text.hpp"

#include "admin/policy_kind.hpp"
#include "admin/table.hpp"

#include <charconv>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace lars::admin {
namespace {

std::string range_of(const lb::Parameter& parameter) {
    return store::format_parameter(parameter.min) + " to " + store::format_parameter(parameter.max);
}

void add_parameter(RoutePolicy& policy, const std::string& word) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) throw std::invalid_argument("'" + word + "' is not KEY=VALUE");
    double value = 0;
    const auto* begin = word.data() + equals + 1;
    const auto* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value)) {
        throw std::invalid_argument("'" + word + "': the value is not a number");
    }
    if (!policy.parameters.emplace(word.substr(0, equals), value).second) {
        throw std::invalid_argument("'" + word + "': the parameter stands there twice");
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

RoutePolicy parse_policy(const std::string& name, std::span<const std::string> parameters) {
    RoutePolicy policy{name, {}};
    for (const auto& word : parameters) add_parameter(policy, word);
    if (const auto why = lb::check(policy)) throw std::invalid_argument(*why);
    return policy;
}

std::string format_policies(const std::vector<store::PolicyRow>& rows, const NamesById& names) {
    std::vector<std::vector<std::string>> table{{"MODID", "CMDID", "POLICY", "PARAMETERS"}};
    if (!names.empty()) table[0].insert(table[0].begin(), "NAME");
    for (const auto& row : rows) {
        const auto policy = store::parse_policy(row);
        table.push_back(
            {std::to_string(row.module.modid),
             std::to_string(row.module.cmdid),
             row.name,
             policy ? parameters_text(*policy) : "not used: " + policy.error().message}
        );
        auto& cells = table.back();
        if (!names.empty()) cells.insert(cells.begin(), name_of(row.module, names));
    }
    return format_table(table);
}

std::string format_policy_kinds() {
    std::vector<std::vector<std::string>> table;
    for (const auto& kind : lb::catalog()) {
        table.push_back({std::string(kind.name), std::string(kind.summary)});
    }
    return format_table(table);
}

std::string format_policy_kind(const std::string& name) {
    const auto& kind = policy_kind(name);
    std::ostringstream text;
    text << kind.name << ": " << kind.summary << '\n';
    for (const auto& each : kind.parameters) {
        text << "\n  " << each.name << " = " << store::format_parameter(each.default_value) << "  ("
             << range_of(each) << ")\n    " << each.help << '\n';
    }
    return text.str();
}

}  // namespace lars::admin
