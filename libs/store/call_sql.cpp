#include "store/call_sql.hpp"

#include "store/module_condition.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace lars::store {
namespace {

// Two of them can be added in a signed 64-bit column; only a peer that lies comes near.
constexpr const char* kMaxLatency = "4611686018427387904";

std::string_view next_of(std::span<const std::string>& row) {
    const std::string_view text = row.front();
    row = row.subspan(1);
    return text;
}

Endpoint endpoint_of(std::string_view address, std::uint64_t port) {
    Endpoint endpoint = Endpoint::from_ipv4(0, static_cast<std::uint16_t>(port));
    const auto size = std::min(address.size(), endpoint.address.size());
    std::copy_n(address.begin(), size, endpoint.address.end() - static_cast<std::ptrdiff_t>(size));
    return endpoint;
}

// "SUM(succ), SUM(err), …"
std::string summed_columns() {
    std::vector<std::string> columns;
    for (const auto& sum : history_sums()) columns.push_back("SUM(" + sum + ")");
    return joined(columns);
}

}  // namespace

const std::vector<std::string>& history_sums() {
    static const auto all = [] {
        std::vector<std::string> columns{"succ", "err", "latency_sum_us", "overloaded_ms"};
        // Appended: g++ 12 warns of an overlap, -Wrestrict, where a literal is put before a
        // temporary.
        for (std::size_t i = 0; i < kLatencyBuckets; ++i)
            columns.emplace_back("b").append(std::to_string(i));
        return columns;
    }();
    return all;
}

const char* history_table(HistoryLevel level) {
    if (level == HistoryLevel::minute) return "CallHistory";
    return level == HistoryLevel::hour ? "CallHistoryHour" : "CallHistoryDay";
}

std::string add_calls(const Dialect& dialect, std::size_t rows) {
    std::vector<std::string> updates;
    for (const auto& sum : history_sums()) {
        auto added = sum + " + " + fill(dialect.given, {{"column", sum}});
        if (sum == "latency_sum_us") {
            added = std::string(dialect.least) + "(" + added + ", " + kMaxLatency + ")";
        }
        updates.push_back(sum + " = " + added);
    }
    return std::string("INSERT INTO CallHistory(") + kHistoryKey + ", " + joined(history_sums()) +
           ") VALUES " + value_lists(5 + history_sums().size(), rows) +
           fill(dialect.on_conflict, {{"key", kHistoryKey}}) + joined(updates);
}

void encode(const CallRow& row, Parameters& parameters) {
    parameters.add(to_number(row.start));
    encode(row.module, parameters);
    const std::span address = row.endpoint.address;
    parameters.add(row.endpoint.is_ipv4() ? address.last(4) : address).add(row.endpoint.port);
    const auto& sums = row.sums;
    parameters.add(sums.successes).add(sums.failures);
    parameters.add(sums.latency_sum_us).add(sums.overloaded_ms);
    for (const auto bucket : sums.buckets) parameters.add(bucket);
}

std::string sum_up(const Dialect& dialect, HistoryLevel level) {
    const auto below = level == HistoryLevel::day ? HistoryLevel::hour : HistoryLevel::minute;
    return std::string("INSERT INTO ") + history_table(level) + "(" + kHistoryKey + ", " +
           joined(history_sums()) + ") SELECT ?, modid, cmdid, address, port, " + summed_columns() +
           " FROM " + history_table(below) +
           " WHERE start >= ? AND start < ? GROUP BY modid, cmdid, address, port" +
           dialect.on_conflict_set(kHistoryKey, history_sums());
}

std::string select_history(const HistoryQuery& query) {
    const std::string group = std::string(query.by_start ? "start, " : "") + "modid, cmdid" +
                              (query.by_endpoint ? ", address, port" : "");
    return "SELECT " + group + ", " + summed_columns() + " FROM " + history_table(query.level) +
           " WHERE start >= ? AND start < ?" +
           (query.module ? " AND modid = ? AND cmdid = ?" : "") + " GROUP BY " + group +
           " ORDER BY " + group;
}

Parameters encode(const HistoryQuery& query) {
    Parameters parameters(to_number(begin_of(query.level, query.from)), to_number(query.to));
    if (query.module) encode(*query.module, parameters);
    return parameters;
}

std::vector<CallRow> decode_history(const TextTable& table, const HistoryQuery& query) {
    std::vector<CallRow> rows;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        auto columns = table.row(i);
        const auto number = [&columns] {
            return parse_column<std::uint64_t>(next_of(columns)).value_or(0);
        };
        CallRow row;
        if (query.by_start) row.start = to_time(number());
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

}  // namespace lars::store
