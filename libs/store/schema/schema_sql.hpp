#pragma once

#include "store/engine/dialect.hpp"

#include <string>
#include <vector>

namespace lars::store {

/// The statements that make one database's tables.
struct SchemaSql {
    std::string version_table;
    /// The statements of migration n are at n - 1. MariaDB's may be run again after a crash in
    /// their middle, and on the original's tables with their rows; SQLite's run in a transaction.
    std::vector<std::vector<std::string>> migrations;
    /// The trigger by which RouteVersion never falls. A script that writes a clock reading may
    /// write a smaller number than the row has; the feed only needs that no number comes twice.
    std::string version_rises;
};

const SchemaSql& mariadb_schema();
const SchemaSql& sqlite_schema();
const SchemaSql& schema_of(const Dialect& dialect);

/// The change feed's triggers; made anew after a migration, and when one is missing.
std::vector<std::string> trigger_sql(const Dialect& dialect);
inline constexpr const char* kTriggerNames =
    "'lars_route_insert', 'lars_route_update', 'lars_route_delete', 'lars_policy_insert',"
    " 'lars_policy_update', 'lars_policy_delete', 'lars_name_insert', 'lars_name_update',"
    " 'lars_name_delete', 'lars_alias_insert', 'lars_alias_update', 'lars_alias_delete',"
    " 'lars_more_insert', 'lars_more_update', 'lars_more_delete', 'lars_split_insert',"
    " 'lars_split_update', 'lars_split_delete', 'lars_version_rises'";
inline constexpr std::uint64_t kTriggerCount = 19;

}  // namespace lars::store
