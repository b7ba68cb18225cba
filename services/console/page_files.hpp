#pragma once

#include "http/response.hpp"

#include <string_view>

namespace lars::console {

/// A file of the page, which is within the program; for a path that is none, the page itself, which
/// knows its own paths.
http::Response page_file(std::string_view path);

}  // namespace lars::console
