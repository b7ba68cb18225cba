#include "reporter/alarms/alert_body.hpp"

#include "http/url.hpp"
#include "reporter/alarms/alarm_text.hpp"
#include "support/catch.hpp"

#include <stdexcept>

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
        alertmanager_body(notices(), kNoon + 5min) ==
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

TEST_CASE("conditions and values are said with their units") {
    CHECK(value_text(AlarmKind::p99, 950) == "950us");
    CHECK(value_text(AlarmKind::p99, 310'240) == "310.2ms");
    CHECK(value_text(AlarmKind::p99, 1'500'000) == "1.5s");
    CHECK(value_text(AlarmKind::silence, 300) == "300s");
    const store::AlarmRule rule{.kind = AlarmKind::overloaded, .threshold = 0.005};
    CHECK(condition_text(rule) == "overloaded share above 0.5% for 0s");
}

TEST_CASE("URLs of receivers are http only") {
    CHECK(http::parse_url("http://am:9093") == http::Url{{"am", 9093}, "/"});
    CHECK(http::parse_url("http://[::1]/x?y=1") == http::Url{{"::1", 80}, "/x?y=1"});
    CHECK(http::origin_of(http::parse_url("http://am/secret")) == "http://am:80");
    for (const auto* bad :
         {"",
          "am:9093",
          "http://",
          "http://am:x",
          "http://am:0",
          "http://a b/",
          "http://u@am/",
          "http://am/\r\nX: y",
          "http://a,b:1/"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(http::parse_url(bad), std::invalid_argument);
    }
    CHECK_THROWS_WITH(
        http::parse_url("https://am:9093"),
        "a URL such as http://host:port/path: https isn't spoken here; name a proxy on this host"
        " that speaks it"
    );
}
