#pragma once

#include <string>

namespace lars::cli {

/// All of a file, or of standard input ("-"). Throws Failure.
std::string read_text(const std::string& path);
/// Into a file that is made or replaced, or to standard output ("-"). Throws Failure.
void write_text(const std::string& path, const std::string& text);

}  // namespace lars::cli
