#include "store/history_sql.hpp"
#include "store/sqlite_operations.hpp"

namespace lars::store::sqlite {
namespace {

using Transaction = SqliteDatabase::Transaction;

void note_due(SqliteDatabase& database, const std::vector<UnixTime>& starts, HistoryLevel level) {
    for (const auto start : starts) {
        const std::uint64_t period[] = {to_number(UnixTime(length_of(level))), to_number(start)};
        database.change(sql::note_due(sql::kSqlite, 1), period);
    }
}

std::vector<bool> advance_instances(
    SqliteDatabase& database, const std::vector<CallBatch>& batches
) {
    const auto advance = sql::advance(sql::kSqlite, 1);
    const auto progress = sql::progress(1);
    const auto now = unix_now();
    TextTable all;
    for (const auto& last : last_of_each(batches)) {
        Parameters advanced;
        advanced.add(last.instance).add(last.sequence).add(to_number(now));
        database.change(advance, advanced);
        Parameters asked;
        asked.add(last.instance);
        const auto before = database.query_text(progress, asked);
        all.columns = before.columns;
        all.values.insert(all.values.end(), before.values.begin(), before.values.end());
    }
    return new_batches(batches, all);
}

}  // namespace

std::vector<bool> write_calls(SqliteDatabase& database, const std::vector<CallBatch>& batches) {
    Transaction transaction(database, Transaction::Kind::write);
    auto fresh = advance_instances(database, batches);
    const auto rows = merged_rows(batches, fresh);
    note_due(database, hours_of(rows), HistoryLevel::hour);
    const auto add = sql::add_calls(sql::kSqlite, 1);
    for (const auto& row : rows) {
        Parameters parameters;
        encode(row, parameters);
        database.change(add, parameters);
    }
    transaction.commit();
    return fresh;
}

std::vector<CallRow> read_history(SqliteDatabase& database, const HistoryQuery& query) {
    return sql::decode_history(
        database.query_text(sql::read_history(query), sql::encode(query)), query
    );
}

bool roll_up(SqliteDatabase& database, UnixTime now) {
    const std::uint64_t moment[] = {to_number(now)};
    if (database.query(sql::kOldestDue, moment).rows() == 0) return false;
    Transaction transaction(database, Transaction::Kind::write);
    const auto due = database.query(sql::kOldestDue, moment);
    if (due.rows() == 0) return false;
    const auto length = due.values[0];
    const auto start = due.values[1];
    const std::uint64_t period[] = {length, start};
    database.change(sql::kForgetDue, period);
    const auto level = level_of_length(length);
    if (level == HistoryLevel::hour) {
        const auto day = begin_of(HistoryLevel::day, UnixTime(std::chrono::seconds(start)));
        note_due(database, {day}, HistoryLevel::day);
    }
    const std::uint64_t range[] = {start, start, start + length};
    database.change(sql::sum_up(sql::kSqlite, level), range);
    transaction.commit();
    return true;
}

std::size_t prune_history(SqliteDatabase& database, const Retention& retention, UnixTime now) {
    std::size_t removed = 0;
    for (const auto& old : old_rows(retention, now)) {
        const std::uint64_t parameters[] = {to_number(old.before)};
        removed += database.change(
            "DELETE FROM " + old.table + " WHERE (" + old.key + ") IN (SELECT " + old.key +
                " FROM " + old.table + " WHERE " + old.column + " < ? LIMIT " +
                std::to_string(kPruneAtOnce) + ")",
            parameters
        );
    }
    return removed;
}

bool take_lease(
    SqliteDatabase& database,
    const std::string& duty,
    const std::string& holder,
    std::chrono::seconds length
) {
    Transaction transaction(database, Transaction::Kind::write);
    const std::string found[] = {duty};
    database.change(sql::found_lease(sql::kSqlite), {}, found);
    const auto us = std::chrono::microseconds(length).count();
    const std::uint64_t numbers[] = {static_cast<std::uint64_t>(us)};
    const std::string words[] = {holder, duty, holder};
    const bool taken = database.change(sql::renew_lease(sql::kSqlite), numbers, words) > 0;
    transaction.commit();
    return taken;
}

}  // namespace lars::store::sqlite
