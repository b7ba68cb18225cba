#pragma once

#include "base/module_id.hpp"
#include "store/engine/database.hpp"
#include "store/unix_time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// How a module was before and after an edit, as json_of() has it. Both are empty where one would
/// have more than 4 MiB.
struct RouteChange {
    std::uint64_t id = 0;
    UnixTime made_at;
    std::string actor;
    std::string action;  ///< edit, undo
    ModuleId module;
    std::string before_json;
    std::string after_json;
};

/// What was edited, by whom: 90 days of it, and at most the last 100,000 edits.
class EditHistory {
public:
    explicit EditHistory(Database& database) : database_(database) {}

    /// The latest first, of one module or of all; with `before_id` above 0, older ones than that.
    Awaitable<Result<std::vector<RouteChange>>> list(
        std::optional<ModuleId> module, std::uint64_t before_id, std::size_t limit
    );
    /// Removes some of what is too old. Answers how many, 0 when nothing is left to remove.
    Awaitable<Result<std::size_t>> prune();

private:
    Database& database_;
};

/// A change that is made now.
struct NewChange {
    std::string actor;
    std::string action;
    ModuleId module;
    std::string before_json;
    std::string after_json;
};

// In the caller's transaction.

/// At the version that its edits have come to. Answers the id.
Awaitable<std::uint64_t> write_change(Connection& connection, const NewChange& change);
Awaitable<std::optional<RouteChange>> find_change(Connection& connection, std::uint64_t id);

}  // namespace lars::store
