#pragma once

#include "admin/parsed_routes.hpp"

namespace lars::admin {

/// The columns modid,cmdid,host,port and perhaps weight, in this order, or in that of a heading,
/// which may come again where files were joined.
ParsedRoutes parse_csv_routes(std::string_view text);

}  // namespace lars::admin
