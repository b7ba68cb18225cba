#pragma once

#include "reporter/alarms/alarm_evaluator.hpp"

#include <map>
#include <string>

namespace lars::reporter {

/// News of one alarm.
struct Notice {
    enum class Phase { firing, resolved };

    Alarm alarm;
    Phase phase = Phase::firing;
    AlarmTime at{};  ///< when it fired or was resolved
};
/// Of each alarm the latest.
using Notices = std::map<store::AlarmKey, Notice>;

/// The body of Alertmanager's POST /api/v2/alerts. It takes what fires as resolved at `expires`,
/// unless it is told again.
std::string alertmanager_body(const Notices& notices, AlarmTime expires);
/// As docs/operations.md describes it.
std::string webhook_body(const Notices& notices);

}  // namespace lars::reporter
