#pragma once

#include "store/alarm_rule.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace lars::admin {

/// The alarms that are pending or firing, by the id of their rule.
using AlarmStates = std::map<std::uint32_t, std::vector<store::AlarmState>>;

AlarmStates by_rule(const std::vector<store::AlarmState>& states);
/// Those of one rule.
const std::vector<store::AlarmState>& states_of(
    const store::AlarmRule& rule, const AlarmStates& states
);
/// "pending" or "firing".
const char* name_of(const store::AlarmState& state);

}  // namespace lars::admin
