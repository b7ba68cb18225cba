#pragma once

#include <memory>
#include <string>

namespace lars::agent {

/// The body of the GetRouteResponse that a route was decoded from, byte for byte as it came. Never
/// changes, so any thread may read it.
using RouteBytes = std::shared_ptr<const std::string>;

}  // namespace lars::agent
