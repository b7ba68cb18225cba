#pragma once

#include "base/module_id.hpp"
#include "store/engine/result.hpp"
#include "store/unix_time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lars::store {

/// What an alarm looks at.
enum class AlarmKind {
    error_rate,  ///< the share of calls that failed
    p99,         ///< the latency that 99 % of the calls didn't exceed
    overloaded,  ///< the share of endpoints that callers keep away from, counted per caller
    silence,     ///< no calls
};

/// "error_rate": how the table spells it.
std::string_view name_of(AlarmKind kind);
std::optional<AlarmKind> parse_alarm_kind(std::string_view name);

/// A histogram doesn't tell longer ones apart.
inline constexpr double kMaxP99Us = 4'000'000;
inline constexpr std::chrono::seconds kLongestHold = std::chrono::hours(24);
inline constexpr std::size_t kMaxSeverity = 32;
inline constexpr std::size_t kMaxComment = 200;

/// One row of AlarmRule: when people want to be told.
struct AlarmRule {
    std::uint32_t id = 0;            ///< given by the database
    std::optional<ModuleId> module;  ///< none: each module for itself
    AlarmKind kind = AlarmKind::error_rate;
    /// What must be exceeded: a share from 0 to 1, or microseconds up to kMaxP99Us. Silence has
    /// none.
    double threshold = 0;
    std::chrono::seconds hold{0};  ///< for how long; at most kLongestHold
    std::uint32_t min_calls = 10;  ///< fewer say nothing of an error rate or a latency
    std::string severity;          ///< a label: letters, digits, '_' and '-'
    std::string comment;           ///< one line of UTF-8
    UnixTime made_at{};            ///< given by the database

    bool applies_to(ModuleId other) const { return !module || *module == other; }
    friend bool operator==(const AlarmRule&, const AlarmRule&) = default;
};

/// Whether a rule can be stored, and makes sense; in words that name what is allowed.
Result<void> check(const AlarmRule& rule);

struct AlarmRules {
    std::vector<AlarmRule> rules;  ///< by id
    std::size_t unusable = 0;      ///< rows that somebody else wrote and check() refuses
};

/// What an alarm is about: one rule and one module.
struct AlarmKey {
    std::uint32_t rule = 0;
    ModuleId module;

    friend auto operator<=>(const AlarmKey&, const AlarmKey&) = default;
};

/// One row of AlarmState: a condition that holds.
struct AlarmState {
    AlarmKey key;
    UnixTime since{};
    bool firing = false;  ///< else it hasn't held for long enough

    friend bool operator==(const AlarmState&, const AlarmState&) = default;
};

struct AlarmStateChanges {
    std::vector<AlarmState> set;
    std::vector<AlarmKey> removed;

    bool empty() const { return set.empty() && removed.empty(); }
};

}  // namespace lars::store
