#pragma once

#include <string>
#include <vector>

namespace lars::admin {

/// Lines with their columns aligned, the first being the heading.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace lars::admin
