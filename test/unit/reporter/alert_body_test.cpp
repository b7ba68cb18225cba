#include "reporter/alarms/alert_body.hpp"

#include "support/catch.hpp"

#include <iterator>

using namespace lars;
using namespace lars::reporter;
using namespace std::chrono_literals;
using store::AlarmKind;

namespace {

constexpr AlarmTime kNoon{1'700'049'600s};

Notices notices() {
    const store::AlarmRule rule{
        .id = 7,
        .kind = AlarmKind::error_rate,
        .threshold = 0.1,
        .hold = 30s,
        .severity = "page",
        .comment = "\"who\" to call"};
    const Alarm one{rule, {1, 1}, kNoon, 0.525};
    const Alarm two{rule, {1, 2}, kNoon, 0.05};
    return {
        {one.key(), {one, Notice::Phase::firing, kNoon + 30s}},
        {two.key(), {two, Notice::Phase::resolved, kNoon + 90s}}};
}

}  // namespace

TEST_CASE("Alertmanager is told who, what, and until when to believe it") {
    CHECK(
        alertmanager_body(notices(), kNoon + 5min, 0s) ==
        "[{\"labels\":{\"alertname\":\"LarsErrorRate\",\"modid\":\"1\",\"cmdid\":\"1\","
        "\"rule\":\"7\",\"severity\":\"page\"},\"annotations\":{\"summary\":"
        "\"module 1/1: error rate above 10% for 30s (\\\"who\\\" to call)\",\"value\":\"52.5%\"},"
        "\"startsAt\":\"2023-11-15T12:00:00Z\",\"endsAt\":\"2023-11-15T12:05:00Z\"},"
        "{\"labels\":{\"alertname\":\"LarsErrorRate\",\"modid\":\"1\",\"cmdid\":\"2\","
        "\"rule\":\"7\",\"severity\":\"page\"},\"annotations\":{\"summary\":"
        "\"module 1/2: error rate above 10% for 30s (\\\"who\\\" to call)\",\"value\":\"5%\"},"
        "\"startsAt\":\"2023-11-15T12:00:00Z\",\"endsAt\":\"2023-11-15T12:01:30Z\"}]"
    );
}

TEST_CASE("Alertmanager is told by its own clock") {
    auto one = notices();
    one.erase(std::next(one.begin()));
    const auto behind = alertmanager_body(one, kNoon + 5min, -10min);
    CHECK(behind.find("\"startsAt\":\"2023-11-15T11:50:00Z\"") != std::string::npos);
    CHECK(behind.find("\"endsAt\":\"2023-11-15T11:55:00Z\"") != std::string::npos);
}

TEST_CASE("a webhook is told what fires and what is resolved") {
    auto two = notices();
    two.erase(two.begin());
    CHECK(
        webhook_body(two) ==
        "{\"alarms\":[{\"state\":\"resolved\",\"alertname\":\"LarsErrorRate\",\"modid\":1,"
        "\"cmdid\":2,\"rule\":7,\"severity\":\"page\",\"summary\":"
        "\"module 1/2: error rate above 10% for 30s (\\\"who\\\" to call)\",\"value\":\"5%\","
        "\"since\":\"2023-11-15T12:00:00Z\",\"at\":\"2023-11-15T12:01:30Z\"}]}"
    );
}

TEST_CASE("receivers are told what a module is called, if it has a name") {
    auto one = notices();
    one.erase(std::next(one.begin()));
    one.begin()->second.alarm.service = "payments";
    for (const auto& body : {alertmanager_body(one, kNoon + 5min, 0s), webhook_body(one)}) {
        CAPTURE(body);
        CHECK(body.find("\"service\":\"payments\"") != std::string::npos);
        CHECK(body.find("\"summary\":\"module payments (1/1): error rate") != std::string::npos);
    }
}
