#pragma once

#include <string>

namespace lars::cli {

/// Who runs this on which host: "root@db1".
std::string system_user();

}  // namespace lars::cli
