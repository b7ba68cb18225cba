#pragma once

#include "admin/call_overview.hpp"

#include <boost/json.hpp>

namespace lars::admin {

/// An overview as programs read it: times in seconds since 1970, latencies in microseconds, shares
/// from 0 to 1; null where there is none.
boost::json::object overview_json(const Overview& overview, Grain grain);

}  // namespace lars::admin
