#pragma once

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

}  // namespace lars::store
