#pragma once

#include "admin/alarm_states.hpp"
#include "admin/module_names.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace lars::admin {

/// A table of rules, each with the modules for which it is pending or fires.
std::string format_alarms(
    const std::vector<store::AlarmRule>& rules,
    const AlarmStates& states,
    const NamesById& names = {}
);
/// The same as objects. Times are seconds since 1970; modid and cmdid are null in a rule for all; a
/// module that has a name has that too.
boost::json::array alarms_json(
    const std::vector<store::AlarmRule>& rules,
    const AlarmStates& states,
    const NamesById& names = {}
);

}  // namespace lars::admin
