#pragma once

#include "store/calls.hpp"
#include "store/parameters.hpp"
#include "store/rows.hpp"

#include <string>
#include <vector>

// Statements over the call history, and what goes in and out of them.
namespace lars::store::sql {

/// Where the two databases' SQL differs.
struct Dialect {
    std::string insert_ignore;
    std::string update_on_conflict;  ///< %: the key's columns
    std::string given;               ///< %: the value of a column that couldn't be inserted
    std::string min;                 ///< the function that answers the smaller of two
    std::string now_us;
};
extern const Dialect kMariadb;
extern const Dialect kSqlite;

/// The columns of CallSums, in their order.
const std::vector<std::string>& history_sums();
const char* history_table(HistoryLevel level);

/// Notes that `count` periods have calls that aren't summed up yet: length, start.
std::string note_due(const Dialect& dialect, std::size_t count);
/// So many agents have come to a sequence: instance, sequence, time.
std::string advance(const Dialect& dialect, std::size_t count);
/// Where so many were before, for new_batches.
std::string progress(std::size_t count);
/// Adds so many rows to the minutes, for encode().
std::string add_calls(const Dialect& dialect, std::size_t count);

/// The oldest period that ended before a moment: length, start.
extern const char* const kOldestDue;
extern const char* const kForgetDue;
/// Sums a period up from those of the level below: its start, from, to.
std::string sum_up(const Dialect& dialect, HistoryLevel level);

std::string read_history(const HistoryQuery& query);
Parameters encode(const HistoryQuery& query);
std::vector<CallRow> decode_history(const TextTable& table, const HistoryQuery& query);

/// Length in µs, holder, duty, holder.
std::string renew_lease(const Dialect& dialect);
/// duty, holder.
std::string found_lease(const Dialect& dialect);

/// How many rows the next statement of many rows takes, of so many that are left: only few sizes,
/// so that each is prepared once.
std::size_t rows_at_once(std::size_t left);

}  // namespace lars::store::sql

namespace lars::store {

std::uint64_t to_number(UnixTime moment);
HistoryLevel level_of_length(std::uint64_t seconds);

/// Rows of a table that are older than they need be.
struct OldRows {
    std::string table;
    std::string key;
    std::string column;  ///< of seconds since 1970
    UnixTime before;
};
std::vector<OldRows> old_rows(const Retention& retention, UnixTime now);

/// The last sequence of each instance, sorted.
std::vector<CallBatch> last_of_each(const std::vector<CallBatch>& batches);
/// Of each batch, whether it is new to whom has seen the instances up to (instance, sequence).
std::vector<bool> new_batches(const std::vector<CallBatch>& batches, const TextTable& progress);
/// The rows of the chosen batches, one for each key and minute, sorted.
std::vector<CallRow> merged_rows(
    const std::vector<CallBatch>& batches, const std::vector<bool>& chosen
);
/// The hours that the rows fall into.
std::vector<UnixTime> hours_of(const std::vector<CallRow>& rows);

void encode(const CallRow& row, Parameters& parameters);

}  // namespace lars::store
