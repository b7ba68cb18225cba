#pragma once

#include <string>
#include <vector>

namespace lars::store {

/// The statements of migration n are at n - 1. MariaDB's may be run again after a crash in their
/// middle, and on the original's tables with their rows; SQLite's run in a transaction.
const std::vector<std::vector<std::string>>& sqlite_migrations();
const std::vector<std::vector<std::string>>& mariadb_migrations();

/// The change feed's triggers; made anew after a migration, and when one is missing.
std::vector<std::string> sqlite_triggers();
std::vector<std::string> mariadb_triggers();

inline constexpr const char* kTriggerNames =
    "'lars_route_insert', 'lars_route_update', 'lars_route_delete', 'lars_policy_insert',"
    " 'lars_policy_update', 'lars_policy_delete', 'lars_version_rises'";
inline constexpr int kTriggerCount = 7;

}  // namespace lars::store
