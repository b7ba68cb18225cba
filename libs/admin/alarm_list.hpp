#pragma once

#include "admin/alarm_states.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace lars::admin {

/// A table of rules, each with the modules for which it is pending or fires.
std::string format_alarms(const std::vector<store::AlarmRule>& rules, const AlarmStates& states);
/// The same as objects. Times are seconds since 1970; modid and cmdid are null in a rule for all.
boost::json::array alarms_json(
    const std::vector<store::AlarmRule>& rules, const AlarmStates& states
);

}  // namespace lars::admin
