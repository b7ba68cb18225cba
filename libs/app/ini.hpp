#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lars::app {

/// One line `key = value` of a configuration file.
struct IniEntry {
    std::string section;
    std::string key;
    std::string value;
    int line = 0;
};

/// Reads `[section]`, `key = value` and, at the start of a line only, `;` and `#` comments: a `#`
/// in a value belongs to it. Throws ConfigError with `name` and the line.
std::vector<IniEntry> parse_ini(std::string_view text, const std::string& name);
/// Reads a file of at most 1 MiB. Throws ConfigError.
std::vector<IniEntry> read_ini(const std::string& path);

}  // namespace lars::app
