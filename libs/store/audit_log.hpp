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

/// A row of RouteAudit.
struct AuditEntry {
    std::uint64_t id = 0;
    std::uint64_t version = 0;
    UnixTime made_at;
    std::string action;
    std::string actor;
    std::uint64_t removed = 0;       ///< rows, or names, whose removal is meant
    std::optional<ModuleId> module;  ///< of edits that are of one
    std::string detail;
};

/// Who did what to routes, for people.
class AuditLog {
public:
    explicit AuditLog(Database& database) : database_(database) {}

    /// The latest first, of one module or of all, since a moment.
    Awaitable<Result<std::vector<AuditEntry>>> list(
        std::optional<ModuleId> module, UnixTime from, std::size_t limit
    );

private:
    Database& database_;
};

}  // namespace lars::store
