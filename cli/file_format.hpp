#pragma once

#include "admin/routes_file.hpp"
#include "cli/arguments.hpp"

#include <string>

namespace lars::cli {

/// Adds --format.
void add_format_flag(Arguments& arguments, std::string& format);

/// What --format says, else what the file's name says. Throws UsageError.
admin::Format chosen_format(const std::string& name, const std::string& path);

}  // namespace lars::cli
