#pragma once

#include "base/route.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace lars::cli {

/// "ejection_ms=500 share=0.25".
std::string parameters_text(const RoutePolicy& policy);
/// An object of them.
boost::json::value parameters_json(const RoutePolicy& policy);

}  // namespace lars::cli
