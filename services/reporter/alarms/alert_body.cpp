#include "reporter/alarms/alert_body.hpp"

#include "admin/alarm_text.hpp"

#include <boost/json.hpp>

#include <array>
#include <ctime>

namespace lars::reporter {
namespace {

namespace json = boost::json;

// RFC 3339.
std::string time_text(AlarmTime when) {
    const auto seconds =
        std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(when));
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return {text.data(), size};
}

std::string summary_of(const Alarm& alarm) {
    std::string text = "module " + alarm.module_text() + ": " + admin::condition_text(alarm.rule);
    if (!alarm.rule.comment.empty()) text += " (" + alarm.rule.comment + ')';
    return text;
}

json::object labels_of(const Alarm& alarm) {
    json::object labels{
        {"alertname", admin::alert_name(alarm.rule.kind)},
        {"modid", std::to_string(alarm.module.modid)},
        {"cmdid", std::to_string(alarm.module.cmdid)},
        {"rule", std::to_string(alarm.rule.id)},
        {"severity", alarm.rule.severity}};
    if (!alarm.service.empty()) labels["service"] = alarm.service;
    return labels;
}

}  // namespace

std::string alertmanager_body(
    const Notices& notices, AlarmTime expires, std::chrono::milliseconds ahead
) {
    json::array alerts;
    for (const auto& [key, notice] : notices) {
        const auto& alarm = notice.alarm;
        const auto end = notice.phase == Notice::Phase::firing ? expires : notice.at;
        const json::object annotations{
            {"summary", summary_of(alarm)},
            {"value", admin::value_text(alarm.rule.kind, alarm.value)}};
        alerts.push_back(
            {{"labels", labels_of(alarm)},
             {"annotations", annotations},
             {"startsAt", time_text(alarm.since + ahead)},
             {"endsAt", time_text(end + ahead)}}
        );
    }
    return json::serialize(alerts);
}

std::string webhook_body(const Notices& notices) {
    json::array alarms;
    for (const auto& [key, notice] : notices) {
        const auto& alarm = notice.alarm;
        const bool firing = notice.phase == Notice::Phase::firing;
        json::object object(
            {{"state", firing ? "firing" : "resolved"},
             {"alertname", admin::alert_name(alarm.rule.kind)},
             {"modid", alarm.module.modid},
             {"cmdid", alarm.module.cmdid},
             {"rule", alarm.rule.id},
             {"severity", alarm.rule.severity},
             {"summary", summary_of(alarm)},
             {"value", admin::value_text(alarm.rule.kind, alarm.value)},
             {"since", time_text(alarm.since)},
             {"at", time_text(notice.at)}}
        );
        if (!alarm.service.empty()) object["service"] = alarm.service;
        alarms.push_back(std::move(object));
    }
    return json::serialize(json::object{{"alarms", std::move(alarms)}});
}

}  // namespace lars::reporter
