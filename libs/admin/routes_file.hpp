#pragma once

#include "store/store.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace lars::admin {

enum class Format { csv, json };

/// By a file name's end; CSV unless it is ".json".
Format format_of(const std::string& path);

/// Rows, and every line (of JSON: element) that isn't one, in words.
struct ParsedRoutes {
    std::vector<store::RouteRow> rows;
    std::vector<std::string> errors;
};

/// CSV has the columns modid,cmdid,host,port and perhaps weight, with or without that heading; JSON
/// an array of objects with those members. A row without a weight has none.
ParsedRoutes parse_routes(const std::string& text, Format format);
std::string format_routes(const std::vector<store::RouteRow>& rows, Format format);

}  // namespace lars::admin
