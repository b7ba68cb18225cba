#pragma once

#include "store/engine/database.hpp"
#include "store/route_split.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// RouteSplit as people edit it.
class RouteSplits {
public:
    explicit RouteSplits(Database& database) : database_(database) {}

    /// Of one module, or of all.
    Awaitable<Result<std::vector<SplitRow>>> list(std::optional<ModuleId> module);
    /// Answers 0 if it was like this. All splits of a module together are at most kWholeShare.
    Awaitable<Result<std::size_t>> set(SplitRow split);
    /// The endpoints with that tag count by their own weights again. Answers 0 if they did.
    Awaitable<Result<std::size_t>> remove(ModuleId module, std::string tag);

private:
    Database& database_;
};

}  // namespace lars::store
