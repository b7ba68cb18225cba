#pragma once

#include "admin/module_names.hpp"
#include "http/request.hpp"
#include "store/engine/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lars::console {

/// Which module a request means, as it says it: "payments" or "1,2".
struct ModuleWord {
    std::string name;             ///< empty: the ids count
    std::optional<ModuleId> ids;  ///< none: the name counts
};
/// Throws BadRequest when it is neither.
ModuleWord parse_module(std::string_view text);

/// Its ids; none: no module has this name.
Awaitable<store::Result<std::optional<ModuleId>>> find_module(
    store::Database& database, ModuleWord word
);
/// What all modules are called.
Awaitable<store::Result<admin::NamesById>> read_names(store::Database& database);

/// ?last=SECONDS, from a minute to 400 days; 15 minutes when it isn't said. Throws BadRequest.
std::chrono::seconds last_of(const http::Request& request);

}  // namespace lars::console
