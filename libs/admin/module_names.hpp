#pragma once

#include "base/module_id.hpp"

#include <map>
#include <string>

namespace lars::admin {

/// What modules are called, for people; those without a name aren't in it.
using NamesById = std::map<ModuleId, std::string>;

/// Empty: it has no name.
const std::string& name_of(ModuleId module, const NamesById& names);
/// "payments (1/1)", or "1/1".
std::string module_text(ModuleId module, const NamesById& names);

}  // namespace lars::admin
