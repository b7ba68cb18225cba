#pragma once

#include "store/route_row.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace lars::console {

inline constexpr std::size_t kMaxEndpoints = 10'000;

/// Rows of one module, from a list of objects with host, port and perhaps weight, zone and tags.
/// What isn't said is the default. Throws BadRequest, with which entry's field is at fault: also
/// when one endpoint stands twice.
std::vector<store::RouteRow> parse_endpoints(
    const boost::json::array& list, const std::string& field, ModuleId module
);

/// {"host", "port", "weight", "zone", "tags": ["key=value"]}.
boost::json::object endpoint_json(const store::RouteRow& row);

}  // namespace lars::console
