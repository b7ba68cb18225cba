#pragma once

#include "admin/module_names.hpp"
#include "base/route.hpp"
#include "store/policy.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

// Policies as programs read them.
namespace lars::admin {

/// An object of a policy's parameters.
boost::json::value parameters_json(const RoutePolicy& policy);
/// Objects with modid, cmdid, name and either parameters or why the policy is `not_used`.
boost::json::array policies_json(
    const std::vector<store::PolicyRow>& rows, const NamesById& names = {}
);

/// The policies there are to choose from, each as below.
boost::json::array policy_kinds_json();
/// Name, summary, and the parameters with default, range and advice. Throws std::invalid_argument
/// when there is none of this name.
boost::json::object policy_kind_json(const std::string& name);

}  // namespace lars::admin
