#pragma once

#include "admin/call_overview.hpp"
#include "admin/call_series.hpp"
#include "store/names.hpp"
#include "store/policy.hpp"
#include "store/route_split.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lars::console {

/// The overview of all modules, each with its calls of late as a spark line, and how many alarms
/// fire. What needs attention first comes first: alarms, then errors.
boost::json::object overview_json(
    const admin::Overview& overview,
    const admin::CallSeries& series,
    const std::map<ModuleId, std::size_t>& firing,
    store::UnixTime now
);

/// What is known of one module.
struct ModuleReading {
    ModuleId module;
    std::string name;  ///< empty: it has none
    std::vector<std::string> aliases;
    std::string etag;  ///< of what people edit
    admin::CallReading calls;
    std::vector<store::SplitRow> splits;
    std::vector<store::PolicyRow> policies;
    boost::json::array alarms;
};
boost::json::object module_json(const ModuleReading& reading);

}  // namespace lars::console
