#pragma once

#include "cli/arguments.hpp"

#include <string>

namespace lars::cli {

/// Adds --password-file FILE.
void add_password_flag(Arguments& arguments, std::string& path);
/// The first line of that file, or of standard input ("-"); with an empty path, what somebody types
/// twice at the terminal, which doesn't show it. Throws UsageError when there is no terminal, and
/// Failure.
std::string read_new_password(const std::string& path);

}  // namespace lars::cli
