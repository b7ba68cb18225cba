#pragma once

#include "base/route.hpp"
#include "lb/catalog.hpp"
#include "store/store.hpp"

#include <boost/json.hpp>

#include <vector>

// Policies as programs read them.
namespace lars::admin {

/// An object of a policy's parameters.
boost::json::value parameters_json(const RoutePolicy& policy);
/// Objects with modid, cmdid, name and either parameters or why the policy is `not_used`.
boost::json::array policies_json(const std::vector<store::PolicyRow>& rows);
/// What there is to choose from: name, summary, and the parameters with default, range and advice.
boost::json::object kind_json(const lb::PolicyInfo& kind);

}  // namespace lars::admin
