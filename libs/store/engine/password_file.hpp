#pragma once

#include "store/engine/result.hpp"

#include <string>

namespace lars::store {

/// The first line of a file that holds a password, without its line end, of whichever system, and
/// without a byte order mark. An error, which names the file, when there is none to read.
Result<std::string> read_password_file(const std::string& path);

/// What may be wrong with a password that was refused, and can't be seen in an editor: "; the
/// password in /etc/p ends with a blank". Else nothing.
std::string invisible_flaw(const std::string& password, const std::string& path);

}  // namespace lars::store
