#pragma once

#include "store/engine/database.hpp"
#include "store/policy.hpp"

#include <optional>
#include <vector>

namespace lars::store {

/// ModulePolicy as people edit it.
class Policies {
public:
    explicit Policies(Database& database) : database_(database) {}

    /// Policies of one module, or of all; sorted.
    Awaitable<Result<std::vector<PolicyRow>>> list(std::optional<ModuleId> module);
    /// Answers how many rows it changed; 0: it is the same as before.
    Awaitable<Result<std::size_t>> set(ModuleId module, RoutePolicy policy);
    /// The module goes back to the agents' own choice. 0: it had no policy.
    Awaitable<Result<std::size_t>> remove(ModuleId module);

private:
    Database& database_;
};

}  // namespace lars::store
