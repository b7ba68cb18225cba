#pragma once

#include <chrono>
#include <string>

// Conditions of alarms as people write them. Each function throws std::invalid_argument with what
// is allowed.
namespace lars::admin {

/// "10%" or "0.1": a share from 0 to 1.
double parse_share(const std::string& text);
/// "300ms", from 1ms to 4s: in microseconds.
double parse_latency(const std::string& text);
/// "1m", from 0s to 24h, in whole seconds.
std::chrono::seconds parse_hold(const std::string& text);

}  // namespace lars::admin
