#pragma once

#include "store/alarm_rule.hpp"

#include <string>

// Alarms in words for people.
namespace lars::admin {

/// What Alertmanager calls an alert of this kind: "LarsErrorRate".
std::string alert_name(store::AlarmKind kind);
/// "error rate above 10% for 30s".
std::string condition_text(const store::AlarmRule& rule);
/// A rule's threshold, or what was found, with its unit: "52.5%", "310ms", "45s".
std::string value_text(store::AlarmKind kind, double value);

}  // namespace lars::admin
