#include "store/call_history.hpp"

#include "store/call_batches.hpp"
#include "store/call_sql.hpp"
#include "store/engine/bulk.hpp"
#include "store/module_condition.hpp"

#include <span>

namespace lars::store {
namespace {

// An hour of 100,000 endpoints has millions of rows, which one statement sums up.
constexpr auto kSumTimeout = std::chrono::minutes(10);
// An agent that sends a batch again after so long is believed to be a new one.
constexpr std::chrono::seconds kProgressKept = std::chrono::days(30);
// Of one table.
constexpr std::size_t kRowsPruned = 1'000;

/// A period with calls that aren't summed up yet: a row of CallHistoryDue.
struct DuePeriod {
    HistoryLevel level;
    UnixTime start;
};

void encode_due(const DuePeriod& period, Parameters& parameters) {
    parameters.add(static_cast<std::uint64_t>(length_of(period.level).count()));
    parameters.add(to_number(period.start));
}

std::string note_due(const Dialect& dialect, std::size_t rows) {
    return std::string(dialect.insert_ignore) + " INTO CallHistoryDue(length, start) VALUES " +
           value_lists(2, rows);
}

/// How far an agent's batches are in the history: a row of ReportProgress.
struct Progress {
    std::array<std::uint8_t, 16> instance;
    std::uint64_t sequence;
};

void encode_progress(const Progress& progress, Parameters& parameters) {
    parameters.add(progress.instance).add(progress.sequence);
}

std::string advance(const Dialect& dialect, std::size_t rows) {
    const auto given = fill(dialect.given, {{"column", "seq"}});
    const auto row = "(?, 0, ?, " + std::string(dialect.now_s) + ")";
    // Left to right in MariaDB, at once in SQLite: the same here.
    return "INSERT INTO ReportProgress(instance, seq_before, seq, seen) VALUES " +
           joined(std::vector<std::string>(rows, row)) +
           fill(dialect.on_conflict, {{"key", "instance"}}) + "seq_before = seq, seq = CASE WHEN " +
           given + " > seq THEN " + given +
           " ELSE seq END, seen = " + fill(dialect.given, {{"column", "seen"}});
}

// First, so that a batch which two reporters have is added by one of them, after the other. All
// writers go through the instances in their order, and then through the rows in theirs.
Awaitable<std::vector<bool>> advance_instances(
    Connection& connection, const std::vector<CallBatch>& batches
) {
    std::vector<Progress> instances;
    for (const auto& last : last_of_each(batches)) {
        instances.push_back({last.instance, last.sequence});
    }
    co_await change_rows<Progress>(connection, advance, instances, encode_progress);
    TextTable before;
    const auto parts =
        parts_of(std::span<const Progress>(instances), connection.dialect().max_rows);
    for (const auto part : parts) {
        Parameters parameters;
        for (const auto& each : part) parameters.add(each.instance);
        const auto sql = "SELECT instance, seq_before FROM ReportProgress WHERE instance IN " +
                         value_lists(part.size(), 1);
        const auto table = co_await connection.query_text(sql, std::move(parameters));
        before.columns = table.columns;
        before.values.insert(before.values.end(), table.values.begin(), table.values.end());
    }
    co_return new_batches(batches, before);
}

Awaitable<std::vector<bool>> write_batches(
    Connection& connection, std::shared_ptr<const std::vector<CallBatch>> batches
) {
    const auto fresh = co_await advance_instances(connection, *batches);
    const auto rows = merged_rows(*batches, fresh);
    std::vector<DuePeriod> due;
    for (const auto hour : hours_of(rows)) due.push_back({HistoryLevel::hour, hour});
    co_await change_rows<DuePeriod>(connection, note_due, due, encode_due);
    co_await change_rows<CallRow>(connection, add_calls, rows, encode);
    co_return fresh;
}

Awaitable<std::vector<CallRow>> read_calls(Connection& connection, HistoryQuery query) {
    const auto table = co_await connection.query_text(select_history(query), encode(query));
    co_return decode_history(table, query);
}

// From the index over (modid, cmdid, start) alone, which is small beside the history's rows.
Awaitable<std::vector<LastCall>> read_last(Connection& connection) {
    const auto table = co_await connection.query(
        "SELECT modid, cmdid, MAX(start) FROM CallHistory GROUP BY modid, cmdid"
    );
    std::vector<LastCall> calls;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        calls.push_back({decode_module(row[0], row[1]), to_time(row[2])});
    }
    co_return calls;
}

// Whoever writes to the period has noted it before, in the same transaction: the deletion waits
// for that one and then sums its rows, too; a later one notes the period again.
Awaitable<bool> sum_oldest(Connection& connection, UnixTime now) {
    const auto due = co_await connection.query(
        "SELECT length, start FROM CallHistoryDue WHERE start + length <= ?"
        " ORDER BY length, start LIMIT 1",
        Parameters(to_number(now))
    );
    if (due.rows() == 0) co_return false;
    const auto length = due.values[0];
    const auto start = due.values[1];
    const bool is_hour =
        length == static_cast<std::uint64_t>(length_of(HistoryLevel::hour).count());
    co_await connection.change(
        "DELETE FROM CallHistoryDue WHERE length = ? AND start = ?", Parameters(length, start)
    );
    if (is_hour) {
        Parameters day;
        encode_due({HistoryLevel::day, begin_of(HistoryLevel::day, to_time(start))}, day);
        co_await connection.change(note_due(connection.dialect(), 1), std::move(day));
    }
    connection.set_timeout(kSumTimeout);
    const auto level = is_hour ? HistoryLevel::hour : HistoryLevel::day;
    const auto sql = sum_up(connection.dialect(), level);
    co_await connection.change(sql, Parameters(start, start, start + length));
    co_return true;
}

/// Rows of a table that are older than they need be.
struct OldRows {
    std::string table;
    std::string key;
    std::string column;  ///< of seconds since 1970
    UnixTime before;
};

std::vector<OldRows> old_rows(const Retention& retention, UnixTime now) {
    const auto before = [now](std::chrono::milliseconds kept) {
        return std::chrono::floor<std::chrono::seconds>(now - kept);
    };
    const auto history = [&before](HistoryLevel level, std::chrono::milliseconds kept) {
        return OldRows{history_table(level), kHistoryKey, "start", before(kept)};
    };
    return {
        history(HistoryLevel::minute, retention.minutes),
        history(HistoryLevel::hour, retention.hours),
        history(HistoryLevel::day, retention.days),
        {"ReportProgress", "instance", "seen", before(kProgressKept)},
        {"ServerCallStatus", "modid, cmdid, ip, port, caller", "ts", before(retention.hours)},
    };
}

Awaitable<std::size_t> remove_old(
    Connection& connection, const Retention& retention, UnixTime now
) {
    std::size_t removed = 0;
    const auto limit = std::to_string(kRowsPruned);
    const auto all = old_rows(retention, now);
    for (const auto& old : all) {
        const auto sql = fill(
            connection.dialect().delete_some,
            {{"table", old.table},
             {"key", old.key},
             {"where", old.column + " < ?"},
             {"limit", limit}}
        );
        const auto of_table = co_await connection.change(sql, Parameters(to_number(old.before)));
        removed += of_table;
    }
    co_return removed;
}

}  // namespace

Awaitable<Result<std::vector<bool>>> CallHistory::write(
    std::shared_ptr<const std::vector<CallBatch>> batches
) {
    return database_.run(Mode::write_committed, write_batches, std::move(batches));
}

Awaitable<Result<std::vector<CallRow>>> CallHistory::read(HistoryQuery query) {
    return database_.run(Mode::read, read_calls, query);
}

Awaitable<Result<std::vector<LastCall>>> CallHistory::read_last_calls() {
    return database_.run(Mode::read, read_last);
}

Awaitable<Result<bool>> CallHistory::roll_up(UnixTime now) {
    return database_.run(Mode::write_committed, sum_oldest, now);
}

Awaitable<Result<std::size_t>> CallHistory::prune(Retention retention, UnixTime now) {
    return database_.run(Mode::write_each, remove_old, retention, now);
}

}  // namespace lars::store
