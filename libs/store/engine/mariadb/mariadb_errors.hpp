#pragma once

#include "store/engine/result.hpp"
#include "store/engine/url.hpp"

#include <string>

namespace lars::store {

/// What an error of the server, or of its client library, is to a caller, in the server's words and
/// with what to do where that is known.
Error mariadb_error(
    const Url& url, unsigned code, const std::string& said, const std::string& doing
);

}  // namespace lars::store
