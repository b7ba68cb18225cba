#pragma once

#include "admin/module_names.hpp"
#include "base/route.hpp"
#include "store/policy.hpp"

#include <span>
#include <string>
#include <vector>

// Policies as people read and write them.
namespace lars::admin {

/// "ejection_ms=500 share=0.25".
std::string parameters_text(const RoutePolicy& policy);

/// A policy by its name and words such as "share=0.25". Throws std::invalid_argument when there is
/// no such policy or parameter, or a value isn't one that it may have, in words that name what is.
RoutePolicy parse_policy(const std::string& name, std::span<const std::string> parameters);

/// A table: which modules have which policy, and why one isn't used.
std::string format_policies(const std::vector<store::PolicyRow>& rows, const NamesById& names = {});

/// A table: which policies there are to choose from.
std::string format_policy_kinds();
/// One of them: its summary, and each parameter with its default, range and advice. Throws
/// std::invalid_argument when there is none of this name.
std::string format_policy_kind(const std::string& name);

}  // namespace lars::admin
