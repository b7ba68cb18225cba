#pragma once

#include "store/route_row.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace lars::admin {

/// How a file writes routes.
enum class Format { csv, json };

/// What a file's name says: JSON when it ends in ".json", else CSV.
Format format_of(const std::string& path);

/// The rows of a file, and for each line (in JSON: element) that isn't one what is wrong with it.
struct ParsedRoutes {
    std::vector<store::RouteRow> rows;
    std::vector<std::string> errors;
};

/// CSV has the columns modid,cmdid,host,port and perhaps weight, with or without that heading; JSON
/// an array of objects with those members. A row without a weight has none.
ParsedRoutes parse_routes(const std::string& text, Format format);
/// Writes what parse_routes reads; a row without a weight gets the default one.
std::string format_routes(const std::vector<store::RouteRow>& rows, Format format);

}  // namespace lars::admin
