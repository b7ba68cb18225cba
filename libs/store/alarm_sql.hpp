#pragma once

#include "store/alarms.hpp"
#include "store/rows.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Statements over alarms, which both databases take, and what goes in and out of them.
namespace lars::store::sql {

extern const char* const kAlarmRules;
/// With encode_numbers and encode_texts.
std::string add_alarm_rule(const AlarmRule& rule);
extern const char* const kRemoveAlarmRule;
extern const char* const kAlarmStates;
/// With encode_numbers.
extern const char* const kSetAlarmState;
extern const char* const kRemoveAlarmState;
extern const char* const kLastCalls;
/// Of rows not older than a moment.
extern const char* const kOverloadCounts;

std::vector<std::uint64_t> encode_numbers(const AlarmRule& rule);
std::vector<std::string> encode_texts(const AlarmRule& rule);
std::vector<std::uint64_t> encode_numbers(const AlarmState& state);
std::vector<std::uint64_t> encode_numbers(const AlarmKey& key);

AlarmRules decode_alarm_rules(const TextTable& table);
std::vector<AlarmState> decode_alarm_states(const Table& table);
std::vector<LastCall> decode_last_calls(const Table& table);
std::vector<OverloadCount> decode_overload_counts(const Table& table);

}  // namespace lars::store::sql
