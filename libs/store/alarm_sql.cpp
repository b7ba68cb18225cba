#include "store/alarm_sql.hpp"

#include <array>
#include <charconv>
#include <span>

namespace lars::store::sql {
namespace {

template <class T>
std::optional<T> whole(const std::string& text) {
    T value{};
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return {};
    return value;
}

// The shortest text that is this number.
std::string text_of(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

ModuleId module_of(std::uint64_t modid, std::uint64_t cmdid) {
    return {static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
}

std::optional<AlarmRule> decode(std::span<const std::string> row) {
    const auto id = whole<std::uint32_t>(row[0]);
    const auto modid = whole<std::int32_t>(row[1]);
    const auto cmdid = whole<std::int32_t>(row[2]);
    const auto kind = parse_alarm_kind(row[3]);
    const auto threshold = whole<double>(row[4]);
    const auto hold = whole<std::uint32_t>(row[5]);
    const auto min_calls = whole<std::uint32_t>(row[6]);
    const auto made_at = whole<std::uint32_t>(row[9]);
    const bool of_all = row[1].empty() && row[2].empty();
    const bool named = of_all || (modid && cmdid);
    if (!id || !named || !kind || !threshold || !hold || !min_calls || !made_at) return {};
    AlarmRule rule{
        .id = *id,
        .kind = *kind,
        .threshold = *threshold,
        .hold = std::chrono::seconds(*hold),
        .min_calls = *min_calls,
        .severity = row[7],
        .comment = row[8],
        .made_at = UnixTime(std::chrono::seconds(*made_at))};
    if (!of_all) rule.module = ModuleId{*modid, *cmdid};
    if (!check(rule)) return {};
    return rule;
}

}  // namespace

const char* const kAlarmRules =
    "SELECT id, COALESCE(CAST(modid AS CHAR), ''), COALESCE(CAST(cmdid AS CHAR), ''), kind,"
    " CAST(threshold AS CHAR), hold_s, min_calls, severity, comment, made_at FROM AlarmRule ORDER "
    "BY id";
const char* const kRemoveAlarmRule = "DELETE FROM AlarmRule WHERE id = ?";
const char* const kAlarmStates =
    "SELECT rule, modid, cmdid, since, firing FROM AlarmState ORDER BY rule, modid, cmdid";
const char* const kSetAlarmState =
    "REPLACE INTO AlarmState(rule, modid, cmdid, since, firing) VALUES (?, ?, ?, ?, ?)";
const char* const kRemoveAlarmState =
    "DELETE FROM AlarmState WHERE rule = ? AND modid = ? AND cmdid = ?";
// From the index over (modid, cmdid, start) alone, which is small beside the history's rows.
const char* const kLastCalls =
    "SELECT modid, cmdid, MAX(start) FROM CallHistory GROUP BY modid, cmdid";
const char* const kOverloadCounts =
    "SELECT modid, cmdid, COUNT(*), SUM(overload <> '0') FROM ServerCallStatus WHERE ts >= ?"
    " GROUP BY modid, cmdid ORDER BY modid, cmdid";

std::string add_alarm_rule(const AlarmRule& rule) {
    return std::string("INSERT INTO AlarmRule(") + (rule.module ? "modid, cmdid, " : "") +
           "hold_s, min_calls, kind, threshold, severity, comment) VALUES (" +
           (rule.module ? "?, ?, " : "") + "?, ?, ?, ?, ?, ?)";
}

std::vector<std::uint64_t> encode_numbers(const AlarmRule& rule) {
    auto numbers = encode_module(rule.module);
    numbers.push_back(static_cast<std::uint64_t>(rule.hold.count()));
    numbers.push_back(rule.min_calls);
    return numbers;
}

std::vector<std::string> encode_texts(const AlarmRule& rule) {
    return {std::string(name_of(rule.kind)), text_of(rule.threshold), rule.severity, rule.comment};
}

std::vector<std::uint64_t> encode_numbers(const AlarmKey& key) {
    auto numbers = encode_module(key.module);
    numbers.insert(numbers.begin(), key.rule);
    return numbers;
}

std::vector<std::uint64_t> encode_numbers(const AlarmState& state) {
    auto numbers = encode_numbers(state.key);
    numbers.push_back(static_cast<std::uint64_t>(state.since.time_since_epoch().count()));
    numbers.push_back(state.firing ? 1 : 0);
    return numbers;
}

AlarmRules decode_alarm_rules(const TextTable& table) {
    AlarmRules all;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        auto rule = decode(table.row(i));
        if (rule) {
            all.rules.push_back(std::move(*rule));
        } else {
            ++all.unusable;
        }
    }
    return all;
}

std::vector<AlarmState> decode_alarm_states(const Table& table) {
    std::vector<AlarmState> states;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const AlarmKey key{static_cast<std::uint32_t>(row[0]), module_of(row[1], row[2])};
        states.push_back({key, UnixTime(std::chrono::seconds(row[3])), row[4] != 0});
    }
    return states;
}

std::vector<LastCall> decode_last_calls(const Table& table) {
    std::vector<LastCall> calls;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        calls.push_back({module_of(row[0], row[1]), UnixTime(std::chrono::seconds(row[2]))});
    }
    return calls;
}

std::vector<OverloadCount> decode_overload_counts(const Table& table) {
    std::vector<OverloadCount> counts;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        counts.push_back({module_of(row[0], row[1]), row[2], row[3]});
    }
    return counts;
}

}  // namespace lars::store::sql
