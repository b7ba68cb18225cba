#pragma once

#include "admin/parsed_routes.hpp"

namespace lars::admin {

/// An array of objects with the members modid, cmdid, host, port and perhaps weight.
ParsedRoutes parse_json_routes(std::string_view text);

}  // namespace lars::admin
