#pragma once

#include <string>
#include <vector>

namespace lars::store {

/// The statements of migration n are at n - 1. Each may be run again after a crash in its middle,
/// and on the original's tables with their rows.
const std::vector<std::vector<std::string>>& sqlite_migrations();
const std::vector<std::vector<std::string>>& mariadb_migrations();

/// The change feed's triggers.
inline constexpr const char* kTriggerNames =
    "'lars_route_insert', 'lars_route_update', 'lars_route_delete', 'lars_version_rises'";
inline constexpr int kTriggerCount = 4;

}  // namespace lars::store
