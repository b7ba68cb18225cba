#pragma once

#include "store/engine/result.hpp"

#include <string>

namespace lars::store {

/// What an extended result code of SQLite is to a caller, in SQLite's words and with what to do
/// where that is known.
Error sqlite_error(
    const std::string& path, int code, const std::string& said, const std::string& doing
);
/// There is no such file.
Error sqlite_missing(const std::string& path);
/// Another file was put in the place of the one that was being written to, or none.
Error sqlite_moved(const std::string& path);

}  // namespace lars::store
