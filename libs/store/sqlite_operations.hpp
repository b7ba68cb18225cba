#pragma once

#include "store/sqlite_database.hpp"
#include "store/store.hpp"

// What a store on SQLite does, each in a transaction of its own. They throw SqliteError.
namespace lars::store::sqlite {

SchemaStatus inspect(SqliteDatabase& database);
SchemaStatus migrate(SqliteDatabase& database);

std::uint64_t read_version(SqliteDatabase& database);
RouteSnapshot load_all(SqliteDatabase& database);
RouteChanges read_changes(SqliteDatabase& database, Position since);
RangeSums sum_ranges(
    SqliteDatabase& database, Position since, const std::vector<ModuleRange>& ranges
);
RangeRoutes read_range(SqliteDatabase& database, Position since, const ModuleRange& range);
std::size_t prune_log(SqliteDatabase& database, std::chrono::seconds age);

std::vector<RouteRow> list(SqliteDatabase& database, const std::optional<ModuleId>& module);
PutCount put(SqliteDatabase& database, const std::vector<RouteRow>& rows, const Progress& progress);
std::size_t set_weights(SqliteDatabase& database, const std::vector<RouteRow>& rows);
std::size_t remove(SqliteDatabase& database, const std::vector<RouteRow>& rows);
std::vector<PolicyRow> list_policies(
    SqliteDatabase& database, const std::optional<ModuleId>& module
);
std::size_t set_policy(SqliteDatabase& database, ModuleId module, const RoutePolicy& policy);
std::size_t remove_policy(SqliteDatabase& database, ModuleId module);
Confirmation confirm(SqliteDatabase& database);

void write_status(SqliteDatabase& database, const std::vector<StatusRow>& rows);
std::vector<StatusRow> read_status(SqliteDatabase& database, const std::optional<ModuleId>& module);

std::vector<bool> write_calls(SqliteDatabase& database, const std::vector<CallBatch>& batches);
std::vector<CallRow> read_history(SqliteDatabase& database, const HistoryQuery& query);
bool roll_up(SqliteDatabase& database, UnixTime now);
std::size_t prune_history(SqliteDatabase& database, const Retention& retention, UnixTime now);
bool take_lease(
    SqliteDatabase& database,
    const std::string& duty,
    const std::string& holder,
    std::chrono::seconds length
);

AlarmRules list_alarm_rules(SqliteDatabase& database);
std::uint32_t add_alarm_rule(SqliteDatabase& database, const AlarmRule& rule);
std::size_t remove_alarm_rule(SqliteDatabase& database, std::uint32_t id);
std::vector<AlarmState> read_alarm_states(SqliteDatabase& database);
void write_alarm_states(SqliteDatabase& database, const AlarmStateChanges& changes);
std::vector<LastCall> read_last_calls(SqliteDatabase& database);
std::vector<OverloadCount> count_overloads(SqliteDatabase& database, UnixTime since);

}  // namespace lars::store::sqlite
