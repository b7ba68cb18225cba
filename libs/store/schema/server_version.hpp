#pragma once

#include "store/engine/result.hpp"

#include <string>

namespace lars::store {

/// Whether a server whose VERSION() is this can hold the schema: MariaDB from 10.5 on. MySQL can't
/// exchange a trigger without a moment in which edits go unseen, among others.
Result<void> check_server(const std::string& version);

}  // namespace lars::store
