#include "store/roles.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lars::store {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 3> kNames{
    {{Role::read, "read"}, {Role::edit, "edit"}, {Role::admin, "admin"}}};

std::optional<Role> parse_role(std::string_view name) {
    for (const auto& [role, text] : kNames) {
        if (text == name) return role;
    }
    return {};
}

}  // namespace

std::optional<Roles> Roles::parse(std::string_view text) {
    Roles roles;
    while (true) {
        const auto comma = text.find(',');
        const auto role = parse_role(text.substr(0, comma));
        if (!role) return {};
        roles.highest_ = std::max(roles.highest_.value_or(*role), *role);
        if (comma == text.npos) return roles;
        text.remove_prefix(comma + 1);
    }
}

std::string Roles::text() const {
    std::string text;
    for (const auto& name : names()) text += (text.empty() ? "" : ",") + name;
    return text;
}

std::vector<std::string> Roles::names() const {
    std::vector<std::string> names;
    for (const auto& [role, name] : kNames) {
        if (allow(role)) names.emplace_back(name);
    }
    return names;
}

}  // namespace lars::store
