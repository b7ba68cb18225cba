#include "store/history_sql.hpp"

#include "store/route_sql.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <tuple>

namespace lars::store::sql {
namespace {

constexpr std::size_t kMaxRowsAtOnce = 512;
const char* const kKey = "start, modid, cmdid, address, port";
// Two of them can be added in a signed 64-bit column; only a peer that lies comes near.
constexpr const char* kMaxLatency = "4611686018427387904";

std::string fill(std::string text, const std::string& what) {
    return text.replace(text.find('%'), 1, what);
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

std::string value_lists(std::size_t columns, std::size_t count) {
    const auto list = "(" + joined(std::vector<std::string>(columns, "?")) + ")";
    return joined(std::vector<std::string>(count, list));
}

std::string_view next_of(std::span<const std::string>& row) {
    const std::string_view text = row.front();
    row = row.subspan(1);
    return text;
}

std::uint64_t number_of(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Endpoint endpoint_of(std::string_view address, std::uint64_t port) {
    Endpoint endpoint = Endpoint::from_ipv4(0, static_cast<std::uint16_t>(port));
    const auto size = std::min(address.size(), endpoint.address.size());
    std::copy_n(address.begin(), size, endpoint.address.end() - static_cast<std::ptrdiff_t>(size));
    return endpoint;
}

}  // namespace

const Dialect kMariadb{
    .insert_ignore = "INSERT IGNORE",
    .update_on_conflict = " ON DUPLICATE KEY UPDATE ",
    .given = "VALUES(%)",
    .min = "LEAST",
    .now_us = kMariadbNow,
};
const Dialect kSqlite{
    .insert_ignore = "INSERT OR IGNORE",
    .update_on_conflict = " ON CONFLICT(%) DO UPDATE SET ",
    .given = "excluded.%",
    .min = "MIN",
    .now_us = kSqliteNow,
};

namespace {

std::string on_conflict(const Dialect& dialect, const std::string& key) {
    const auto& clause = dialect.update_on_conflict;
    return clause.find('%') == std::string::npos ? clause : fill(clause, key);
}

}  // namespace

const std::vector<std::string>& history_sums() {
    static const auto all = [] {
        std::vector<std::string> columns{"succ", "err", "latency_sum_us", "overloaded_ms"};
        for (std::size_t i = 0; i < kLatencyBuckets; ++i)
            columns.push_back("b" + std::to_string(i));
        return columns;
    }();
    return all;
}

const char* history_table(HistoryLevel level) {
    if (level == HistoryLevel::minute) return "CallHistory";
    return level == HistoryLevel::hour ? "CallHistoryHour" : "CallHistoryDay";
}

std::string note_due(const Dialect& dialect, std::size_t count) {
    return dialect.insert_ignore + " INTO CallHistoryDue(length, start) VALUES " +
           value_lists(2, count);
}

std::string advance(const Dialect& dialect, std::size_t count) {
    const auto given = fill(dialect.given, "seq");
    // Left to right in MariaDB, at once in SQLite: the same here.
    return "INSERT INTO ReportProgress(instance, seq_before, seq, seen) VALUES " +
           joined(std::vector<std::string>(count, "(?, 0, ?, ?)")) +
           on_conflict(dialect, "instance") + "seq_before = seq, seq = CASE WHEN " + given +
           " > seq THEN " + given + " ELSE seq END, seen = " + fill(dialect.given, "seen");
}

std::string progress(std::size_t count) {
    return "SELECT instance, seq_before FROM ReportProgress WHERE instance IN " +
           value_lists(count, 1);
}

std::string add_calls(const Dialect& dialect, std::size_t count) {
    std::vector<std::string> updates;
    for (const auto& sum : history_sums()) {
        auto added = sum + " + " + fill(dialect.given, sum);
        if (sum == "latency_sum_us") added = dialect.min + "(" + added + ", " + kMaxLatency + ")";
        updates.push_back(sum + " = " + added);
    }
    return std::string("INSERT INTO CallHistory(") + kKey + ", " + joined(history_sums()) +
           ") VALUES " + value_lists(5 + history_sums().size(), count) +
           on_conflict(dialect, kKey) + joined(updates);
}

const char* const kOldestDue =
    "SELECT length, start FROM CallHistoryDue WHERE start + length <= ?"
    " ORDER BY length, start LIMIT 1";
const char* const kForgetDue = "DELETE FROM CallHistoryDue WHERE length = ? AND start = ?";

std::string sum_up(const Dialect& dialect, HistoryLevel level) {
    const auto below = level == HistoryLevel::day ? HistoryLevel::hour : HistoryLevel::minute;
    std::vector<std::string> sums;
    std::vector<std::string> updates;
    for (const auto& sum : history_sums()) {
        sums.push_back("SUM(" + sum + ")");
        updates.push_back(sum + " = " + fill(dialect.given, sum));
    }
    return std::string("INSERT INTO ") + history_table(level) + "(" + kKey + ", " +
           joined(history_sums()) + ") SELECT ?, modid, cmdid, address, port, " + joined(sums) +
           " FROM " + history_table(below) +
           " WHERE start >= ? AND start < ? GROUP BY modid, cmdid, address, port" +
           on_conflict(dialect, kKey) + joined(updates);
}

std::string read_history(const HistoryQuery& query) {
    const std::string group = std::string(query.by_start ? "start, " : "") + "modid, cmdid" +
                              (query.by_endpoint ? ", address, port" : "");
    std::vector<std::string> sums;
    for (const auto& sum : history_sums()) sums.push_back("SUM(" + sum + ")");
    return "SELECT " + group + ", " + joined(sums) + " FROM " + history_table(query.level) +
           " WHERE start >= ? AND start < ?" +
           (query.module ? " AND modid = ? AND cmdid = ?" : "") + " GROUP BY " + group +
           " ORDER BY " + group;
}

Parameters encode(const HistoryQuery& query) {
    Parameters parameters;
    parameters.add(to_number(begin_of(query.level, query.from))).add(to_number(query.to));
    for (const auto id : encode_module(query.module)) parameters.add(id);
    return parameters;
}

std::vector<CallRow> decode_history(const TextTable& table, const HistoryQuery& query) {
    std::vector<CallRow> rows;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        auto columns = table.row(i);
        const auto number = [&columns] { return number_of(next_of(columns)); };
        CallRow row;
        if (query.by_start) row.start = UnixTime(std::chrono::seconds(number()));
        row.module.modid = static_cast<std::int32_t>(number());
        row.module.cmdid = static_cast<std::int32_t>(number());
        if (query.by_endpoint) {
            const auto address = next_of(columns);
            row.endpoint = endpoint_of(address, number());
        }
        auto& sums = row.sums;
        for (auto* sum :
             {&sums.successes, &sums.failures, &sums.latency_sum_us, &sums.overloaded_ms}) {
            *sum = number();
        }
        for (auto& bucket : sums.buckets) bucket = number();
        rows.push_back(row);
    }
    return rows;
}

std::string renew_lease(const Dialect& dialect) {
    return "UPDATE Lease SET until_us = " + dialect.now_us +
           " + ?, holder = ? WHERE duty = ? AND (holder = ? OR until_us < " + dialect.now_us + ")";
}

std::string found_lease(const Dialect& dialect) {
    return dialect.insert_ignore + " INTO Lease(duty, holder, until_us) VALUES (?, '', 0)";
}

std::size_t rows_at_once(std::size_t left) {
    return std::min(std::bit_floor(left), kMaxRowsAtOnce);
}

}  // namespace lars::store::sql

namespace lars::store {
namespace {

// An agent that sends a batch again after so long is believed to be a new one.
constexpr std::chrono::seconds kProgressKept = std::chrono::days(30);

auto key_of(const CallRow& row) {
    return std::tie(row.start, row.module, row.endpoint);
}

}  // namespace

std::uint64_t to_number(UnixTime moment) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(moment.time_since_epoch().count(), 0));
}

HistoryLevel level_of_length(std::uint64_t seconds) {
    const bool day = seconds == to_number(UnixTime(length_of(HistoryLevel::day)));
    return day ? HistoryLevel::day : HistoryLevel::hour;
}

std::vector<OldRows> old_rows(const Retention& retention, UnixTime now) {
    const auto before = [now](std::chrono::milliseconds kept) {
        return std::chrono::floor<std::chrono::seconds>(now - kept);
    };
    const auto history = [&before](HistoryLevel level, std::chrono::milliseconds kept) {
        return OldRows{sql::history_table(level), sql::kKey, "start", before(kept)};
    };
    return {
        history(HistoryLevel::minute, retention.minutes),
        history(HistoryLevel::hour, retention.hours),
        history(HistoryLevel::day, retention.days),
        {"ReportProgress", "instance", "seen", before(kProgressKept)},
        {"ServerCallStatus", "modid, cmdid, ip, port, caller", "ts", before(retention.hours)},
    };
}

std::vector<CallBatch> last_of_each(const std::vector<CallBatch>& batches) {
    std::map<std::array<std::uint8_t, 16>, std::uint64_t> last;
    for (const auto& batch : batches) {
        auto& sequence = last[batch.instance];
        sequence = std::max(sequence, batch.sequence);
    }
    std::vector<CallBatch> all;
    for (const auto& [instance, sequence] : last) all.push_back({instance, sequence, {}});
    return all;
}

std::vector<bool> new_batches(const std::vector<CallBatch>& batches, const TextTable& progress) {
    std::map<std::string, std::uint64_t> seen;
    for (std::size_t i = 0; i < progress.rows(); ++i) {
        seen[progress.row(i)[0]] = std::stoull(progress.row(i)[1]);
    }
    std::vector<bool> fresh;
    for (const auto& batch : batches) {
        auto& last = seen[{batch.instance.begin(), batch.instance.end()}];
        fresh.push_back(batch.sequence > last);
        last = std::max(last, batch.sequence);
    }
    return fresh;
}

std::vector<CallRow> merged_rows(
    const std::vector<CallBatch>& batches, const std::vector<bool>& chosen
) {
    std::vector<const CallRow*> sorted;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        if (!chosen[i]) continue;
        for (const auto& row : batches[i].rows) sorted.push_back(&row);
    }
    const auto minute = [](const CallRow& row) {
        return begin_of(HistoryLevel::minute, row.start);
    };
    std::sort(sorted.begin(), sorted.end(), [&](const CallRow* a, const CallRow* b) {
        return std::tuple(minute(*a), a->module, std::cref(a->endpoint)) <
               std::tuple(minute(*b), b->module, std::cref(b->endpoint));
    });
    std::vector<CallRow> merged;
    for (const auto* row : sorted) {
        auto aligned = *row;
        aligned.start = minute(*row);
        if (!merged.empty() && key_of(merged.back()) == key_of(aligned)) {
            merged.back().sums += row->sums;
        } else {
            merged.push_back(aligned);
        }
    }
    return merged;
}

std::vector<UnixTime> hours_of(const std::vector<CallRow>& rows) {
    std::set<UnixTime> hours;
    for (const auto& row : rows) hours.insert(begin_of(HistoryLevel::hour, row.start));
    return {hours.begin(), hours.end()};
}

void encode(const CallRow& row, Parameters& parameters) {
    parameters.add(to_number(row.start));
    parameters.add(static_cast<std::uint64_t>(row.module.modid));
    parameters.add(static_cast<std::uint64_t>(row.module.cmdid));
    const std::span address = row.endpoint.address;
    parameters.add(row.endpoint.is_ipv4() ? address.last(4) : address).add(row.endpoint.port);
    const auto& sums = row.sums;
    parameters.add(sums.successes).add(sums.failures);
    parameters.add(sums.latency_sum_us).add(sums.overloaded_ms);
    for (const auto bucket : sums.buckets) parameters.add(bucket);
}

}  // namespace lars::store
