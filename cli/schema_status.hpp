#pragma once

#include "store/schema.hpp"

namespace lars::cli {

/// Prints how far a database's schema is: a line, or a JSON object.
void print(const store::SchemaStatus& status, bool as_json);

}  // namespace lars::cli
