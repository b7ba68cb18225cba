#pragma once

#include "store/policy.hpp"
#include "store/store.hpp"

#include <string>

// Statements over RouteData, ModulePolicy and their log that are the same in both databases.
namespace lars::store::sql {

inline constexpr const char* kVersion = "SELECT version FROM RouteVersion WHERE id = 1";

inline constexpr const char* kRoutes =
    "SELECT modid, cmdid, serverip, serverport, weight FROM RouteData ";

/// The database's clock in microseconds since 1970.
inline constexpr const char* kMariadbNow = "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)";
inline constexpr const char* kSqliteNow =
    "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)";

/// CRC-32 of a row p of ModulePolicy.
inline constexpr const char* kMariadbPolicySum =
    "CRC32(CONCAT_WS(',', p.modid, p.cmdid, p.name, p.parameters))";
inline constexpr const char* kSqlitePolicySum =
    "lars_policy_checksum(p.modid, p.cmdid, p.name, p.parameters)";

/// Policies with their checksums `sum`, for decode_policies. Texts are cut behind the most that
/// parse_policy takes.
inline std::string policies(const std::string& sum) {
    return "SELECT p.modid, p.cmdid, " + sum + ", SUBSTR(p.name, 1, " +
           std::to_string(kMaxPolicyName + 1) + "), SUBSTR(p.parameters, 1, " +
           std::to_string(kMaxParametersText + 1) + ") FROM ModulePolicy p ";
}

/// With a version.
inline constexpr const char* kOfChangedModules =
    "WHERE (p.modid, p.cmdid) IN (SELECT modid, cmdid FROM RouteLog WHERE version > ?)";

/// The row count of a range, and its checksum from those of rows and policies. With encode_range,
/// twice.
inline std::string range_sum(
    const std::string& row_sum, const std::string& policy_sum, const std::string& condition
) {
    return "SELECT COUNT(*), COALESCE(SUM(" + row_sum + "), 0) + (SELECT COALESCE(SUM(" +
           policy_sum + "), 0) FROM ModulePolicy p " + condition +
           " AND EXISTS (SELECT 1 FROM RouteData r"
           " WHERE r.modid = p.modid AND r.cmdid = p.cmdid)) FROM RouteData " +
           condition;
}

/// How many rows the triggers have counted.
inline constexpr const char* kCounted =
    "SELECT CASE WHEN route_rows < 0 THEN 0 ELSE route_rows END FROM RouteVersion WHERE id = 1";

inline constexpr const char* kConfirm =
    "UPDATE RouteVersion SET version = version + 1,"
    " route_rows = (SELECT COUNT(*) FROM RouteData) WHERE id = 1";

inline constexpr const char* kAddPolicy =
    "INSERT INTO ModulePolicy(modid, cmdid, name, parameters) VALUES (?, ?, ?, ?) ";

inline constexpr const char* kRemovePolicy =
    "DELETE FROM ModulePolicy WHERE modid = ? AND cmdid = ?";

/// How the log stands to a reader at a version (given twice), by the clock `now`: see
/// decode_log_state.
inline std::string log_state(const std::string& now) {
    return "SELECT v.version,"
           " COALESCE((SELECT MAX(logged_us) FROM RouteLog WHERE version = v.version), 0),"
           " COALESCE((SELECT MIN(version) FROM RouteLog), 0), " +
           now +
           ", COALESCE((SELECT MAX(logged_us) FROM RouteLog WHERE version = ?), 0),"
           " COALESCE((SELECT logged_us FROM RouteLog WHERE version > ? ORDER BY version LIMIT 1),"
           " 0) FROM RouteVersion v WHERE v.id = 1";
}

/// With the number of rows that left each. An edit in place, or of what belongs to the module but
/// isn't a row of it, explains no loss.
inline constexpr const char* kChangedModules =
    "SELECT modid, cmdid, SUM(removed) FROM RouteLog WHERE version > ? GROUP BY modid, cmdid";

/// Audited removals after a version, and how often the table was confirmed.
inline constexpr const char* kAudited =
    "SELECT COALESCE(SUM(removed), 0), COALESCE(SUM(action = 'confirm'), 0) FROM RouteAudit"
    " WHERE version > ?";

/// With encode_module.
inline const char* module_condition(const std::optional<ModuleId>& module) {
    return module ? "WHERE modid = ? AND cmdid = ? " : "";
}

/// With encode_range. Two forms, so that either enters the index at the range's first row.
inline std::string range_condition(const ModuleRange& range) {
    if (range.first.modid == range.last.modid) return "WHERE modid = ? AND cmdid BETWEEN ? AND ?";
    return "WHERE modid BETWEEN ? AND ? AND cmdid BETWEEN 0 AND 2147483647";
}

/// An entry at the version that the transaction's edits have come to.
inline std::string audit(const std::string& action, const std::string& actor) {
    return "INSERT INTO RouteAudit(version, action, actor, removed) SELECT version, '" + action +
           "', " + actor + ", ? FROM RouteVersion WHERE id = 1";
}

}  // namespace lars::store::sql
