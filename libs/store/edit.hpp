#pragma once

#include "base/module_id.hpp"
#include "store/engine/connection.hpp"

#include <cstdint>
#include <string>

namespace lars::store {

/// Each edit of routes and policies begins with this, so that writers follow one another instead of
/// deadlocking.
Awaitable<> lock_routes(Connection& connection);

/// Writes who did what to RouteAudit, at the version that the transaction's edits have come to.
/// `removed` rows were removed on purpose.
Awaitable<> write_audit(Connection& connection, std::string action, std::uint64_t removed);

/// What somebody whom the database doesn't know did to one module.
struct ModuleAudit {
    std::string action;
    std::string actor;
    ModuleId module;
    std::uint64_t removed = 0;
    std::string detail;
};
Awaitable<> write_audit(Connection& connection, const ModuleAudit& audit);

/// As long as the column of an actor takes it, cut between characters of UTF-8.
std::string cut_actor(const std::string& actor);

}  // namespace lars::store
