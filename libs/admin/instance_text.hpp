#pragma once

#include "store/instance_listing.hpp"

#include <string>

namespace lars::admin {

/// Through which agent an instance was registered, for people: its host, or the begin of its id.
std::string owner_text(const store::ListedInstance& instance);
/// "serves", "draining", "failing: connection refused", "held", as its agent is gone.
std::string state_text(const store::ListedInstance& instance);
/// "2026-11-26 21:00:05" UTC; empty when it isn't known.
std::string since_text(const store::ListedInstance& instance);

}  // namespace lars::admin
