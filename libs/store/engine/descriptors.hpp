#pragma once

#include <string>

namespace lars::store {

/// What to do when this process, or the machine, has no file descriptor left: the databases'
/// libraries report that in many ways, few of which name it. Nothing while there is one.
std::string descriptors_advice();

}  // namespace lars::store
