#pragma once

#include "admin/call_overview.hpp"

#include <string>

namespace lars::admin {

/// A table with the total as its last line, cut to so many lines above that.
std::string format_overview(const Overview& overview, Grain grain, std::size_t max_lines);

/// Why there may be no calls; empty when there are some.
std::string why_no_calls(
    const Overview& overview, std::optional<ModuleId> module, store::UnixTime now
);

}  // namespace lars::admin
