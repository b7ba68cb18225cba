#pragma once

#include "store/engine/database.hpp"
#include "store/instance_rows.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// An instance, for people.
struct ListedInstance {
    OwnedRow row;
    std::string host;         ///< the owner's
    std::uint64_t since = 0;  ///< when it began to stand as it does; seconds since 1970
    bool held = false;        ///< the owner is gone, and its instances are held
};

/// The instances of a module, or of all; sorted by module, endpoint and owner.
Awaitable<Result<std::vector<ListedInstance>>> list_instances(
    Database& database, std::optional<ModuleId> module
);

}  // namespace lars::store
