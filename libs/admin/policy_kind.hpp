#pragma once

#include "lb/catalog.hpp"

#include <string>

namespace lars::admin {

/// What the catalog says of a policy. Throws std::invalid_argument, with the names that there are,
/// when it has none of this name.
const lb::PolicyInfo& policy_kind(const std::string& name);

}  // namespace lars::admin
