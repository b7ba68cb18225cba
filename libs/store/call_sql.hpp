#pragma once

#include "store/call_rows.hpp"
#include "store/engine/dialect.hpp"
#include "store/engine/parameters.hpp"
#include "store/engine/table.hpp"

#include <string>
#include <vector>

// Statements over the tables of call history, and what goes in and out of them.
namespace lars::store {

/// The columns of CallSums, in their order.
const std::vector<std::string>& history_sums();
/// The columns of a history table's key.
inline constexpr const char* kHistoryKey = "start, modid, cmdid, address, port";
const char* history_table(HistoryLevel level);

/// Adds so many rows to the minutes, for encode().
std::string add_calls(const Dialect& dialect, std::size_t rows);
void encode(const CallRow& row, Parameters& parameters);

/// Sums a period up from those of the level below: its start, from, to.
std::string sum_up(const Dialect& dialect, HistoryLevel level);

std::string select_history(const HistoryQuery& query);
Parameters encode(const HistoryQuery& query);
std::vector<CallRow> decode_history(const TextTable& table, const HistoryQuery& query);

}  // namespace lars::store
