#pragma once

#include "admin/module_names.hpp"
#include "admin/parsed_routes.hpp"

#include <string>
#include <vector>

namespace lars::admin {

/// How a file writes routes.
enum class Format { csv, json };

/// What a file's name says: JSON when it ends in ".json", else CSV.
Format format_of(const std::string& path);

/// Reads a file in UTF-8, with or without a byte order mark. One without routes is refused too. A
/// row without a weight has none.
ParsedRoutes parse_routes(std::string_view text, Format format);
/// Writes what parse_routes reads, with the names of modules that have one; a row without a weight
/// gets the default one.
std::string format_routes(
    const std::vector<store::RouteRow>& rows, Format format, const NamesById& names = {}
);

}  // namespace lars::admin
