#include "store/policy.hpp"

#include "store/module_condition.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lars::store {
namespace {

namespace json = boost::json;

// ASCII, whatever the locale; so that a name may stand in a log line or a shell as it is.
bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxPolicyName && std::ranges::all_of(text, is_plain);
}

Error wrong(const std::string& why) {
    return {ErrorKind::invalid, why};
}

Error wrong_name(const std::string& what) {
    return wrong(
        what + " isn't 1 to " + std::to_string(kMaxPolicyName) +
        " letters, digits, '_', '-' and '.'"
    );
}

}  // namespace

Result<RoutePolicy> parse_policy(const PolicyRow& row) {
    RoutePolicy policy{row.name, {}};
    if (row.parameters.size() > kMaxParametersText) {
        return wrong(
            "its parameters are longer than " + std::to_string(kMaxParametersText) + " bytes"
        );
    }
    boost::system::error_code error;
    const auto document = json::parse(row.parameters.empty() ? "{}" : row.parameters, error);
    if (error) return wrong("its parameters aren't JSON: " + error.message());
    if (!document.is_object()) return wrong("its parameters aren't a JSON object");
    for (const auto& [key, value] : document.get_object()) {
        if (!value.is_number()) {
            return wrong(
                is_name(key) ? "parameter " + std::string(key) + " isn't a number"
                             : "a parameter isn't a number"
            );
        }
        policy.parameters[key] = value.to_number<double>();
    }
    const auto good = check_policy(policy);
    if (!good) return good.error();
    return policy;
}

Result<void> check_policy(const RoutePolicy& policy) {
    if (!is_name(policy.name)) return wrong_name("its name");
    if (policy.parameters.size() > kMaxParameters) {
        return wrong("more than " + std::to_string(kMaxParameters) + " parameters");
    }
    for (const auto& [name, value] : policy.parameters) {
        if (!is_name(name)) return wrong_name("the name of a parameter");
        if (!std::isfinite(value)) return wrong("parameter " + name + " isn't a finite number");
    }
    return {};
}

Result<void> check_storable(ModuleId module, const RoutePolicy& policy) {
    if (!module.valid()) return wrong("module " + to_string(module) + ": negative id");
    return check_policy(policy);
}

std::string format_parameters(const RoutePolicy& policy) {
    std::string text;
    for (const auto& [name, value] : policy.parameters) {
        text += (text.empty() ? "\"" : ", \"") + name + "\": " + format_parameter(value);
    }
    return '{' + text + '}';
}

std::string format_parameter(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) {
        return std::to_string(static_cast<std::int64_t>(value));
    }
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string policy_sum(const Dialect& dialect) {
    return fill(dialect.crc32, {{"values", "p.modid, p.cmdid, p.name, p.parameters"}});
}

// Texts are cut behind the longest that parse_policy takes.
std::string policy_columns(const Dialect& dialect) {
    return "SELECT p.modid, p.cmdid, " + policy_sum(dialect) + ", SUBSTR(p.name, 1, " +
           std::to_string(kMaxPolicyName + 1) + "), SUBSTR(p.parameters, 1, " +
           std::to_string(kMaxParametersText + 1) + ")";
}

std::vector<ReadPolicy> decode_policies(const TextTable& table) {
    std::vector<ReadPolicy> all;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const auto module = decode_module(row[0], row[1]);
        const auto checksum = parse_column<std::uint64_t>(row[2]);
        if (!module || !checksum) continue;
        all.push_back({{*module, row[3], row[4]}, *checksum});
    }
    return all;
}

}  // namespace lars::store
