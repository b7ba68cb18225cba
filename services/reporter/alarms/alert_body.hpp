#pragma once

#include "reporter/alarms/alarm_evaluator.hpp"

#include <map>
#include <string>

namespace lars::reporter {

/// That an alarm fires, or is resolved.
struct Notice {
    enum class Phase { firing, resolved };

    Alarm alarm;
    Phase phase = Phase::firing;
    AlarmTime at{};  ///< when it fired or was resolved
};
/// The latest notice of each alarm.
using Notices = std::map<store::AlarmKey, Notice>;

/// The body of Alertmanager's POST /api/v2/alerts. Alertmanager takes what fires for resolved at
/// `expires`, unless it is sent again before; by its own clock, which is so far ahead.
std::string alertmanager_body(
    const Notices& notices, AlarmTime expires, std::chrono::milliseconds ahead
);
/// The body of a webhook's POST; docs/operations.md describes it.
std::string webhook_body(const Notices& notices);

}  // namespace lars::reporter
