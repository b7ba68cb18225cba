#pragma once

#include "base/route.hpp"
#include "lb/catalog.hpp"
#include "store/store.hpp"

#include <string>
#include <vector>

// Policies as people read and write them.
namespace lars::admin {

/// "ejection_ms=500 share=0.25".
std::string parameters_text(const RoutePolicy& policy);
/// Adds what "share=0.25" says. Throws std::invalid_argument when it isn't KEY=VALUE with a finite
/// number, or the key is there already.
void add_parameter(RoutePolicy& policy, const std::string& word);

/// A table: which modules have which policy, and why one isn't used.
std::string format_policies(const std::vector<store::PolicyRow>& rows);
/// A policy's summary, and each parameter with its default, range and advice.
std::string format_kind(const lb::PolicyInfo& kind);

}  // namespace lars::admin
