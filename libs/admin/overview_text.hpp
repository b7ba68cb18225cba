#pragma once

#include "admin/call_overview.hpp"

#include <string>

namespace lars::admin {

/// A table of at most `max_lines` lines, with the total below them.
std::string format_overview(const Overview& overview, Grain grain, std::size_t max_lines);

/// Why there may be no calls; empty when there are some.
std::string why_no_calls(
    const Overview& overview, std::optional<ModuleId> module, store::UnixTime now
);

}  // namespace lars::admin
