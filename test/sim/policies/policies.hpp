#pragma once

#include "lb/policy.hpp"
#include "sim/world.hpp"

#include <string>
#include <vector>

namespace lars::sim {

/// The policies that are compared, in the order of the tables.
const std::vector<std::string>& policy_names();
/// One of policy_names(), or one of libs/lb with parameters: "adaptive:failure_penalty=5:…". Throws
/// std::invalid_argument on others.
lb::PolicyFactory policy_factory(const std::string& name, const World& world);

}  // namespace lars::sim
