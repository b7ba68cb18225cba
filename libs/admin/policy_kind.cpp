#include "admin/policy_kind.hpp"

#include <stdexcept>

namespace lars::admin {

const lb::PolicyInfo& policy_kind(const std::string& name) {
    const auto* kind = lb::find_policy(name);
    if (!kind) throw std::invalid_argument(*lb::check({name, {}}));
    return *kind;
}

}  // namespace lars::admin
