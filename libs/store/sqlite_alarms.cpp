#include "store/alarm_sql.hpp"
#include "store/history_sql.hpp"
#include "store/sqlite_operations.hpp"

namespace lars::store::sqlite {

using Transaction = SqliteDatabase::Transaction;

AlarmRules list_alarm_rules(SqliteDatabase& database) {
    return sql::decode_alarm_rules(database.query_text(sql::kAlarmRules));
}

std::uint32_t add_alarm_rule(SqliteDatabase& database, const AlarmRule& rule) {
    const auto storable = check(rule);
    if (!storable) throw SqliteError(storable.error());
    Transaction transaction(database, Transaction::Kind::write);
    database.change(sql::add_alarm_rule(rule), sql::encode_numbers(rule), sql::encode_texts(rule));
    const auto id = database.query("SELECT last_insert_rowid()").values[0];
    transaction.commit();
    return static_cast<std::uint32_t>(id);
}

std::size_t remove_alarm_rule(SqliteDatabase& database, std::uint32_t id) {
    const std::uint64_t numbers[] = {id};
    return database.change(sql::kRemoveAlarmRule, numbers);
}

std::vector<AlarmState> read_alarm_states(SqliteDatabase& database) {
    return sql::decode_alarm_states(database.query(sql::kAlarmStates));
}

void write_alarm_states(SqliteDatabase& database, const AlarmStateChanges& changes) {
    Transaction transaction(database, Transaction::Kind::write);
    for (const auto& state : changes.set) {
        database.change(sql::kSetAlarmState, sql::encode_numbers(state));
    }
    for (const auto& key : changes.removed) {
        database.change(sql::kRemoveAlarmState, sql::encode_numbers(key));
    }
    transaction.commit();
}

std::vector<LastCall> read_last_calls(SqliteDatabase& database) {
    return sql::decode_last_calls(database.query(sql::kLastCalls));
}

std::vector<OverloadCount> count_overloads(SqliteDatabase& database, UnixTime since) {
    const std::uint64_t numbers[] = {to_number(since)};
    return sql::decode_overload_counts(database.query(sql::kOverloadCounts, numbers));
}

}  // namespace lars::store::sqlite
