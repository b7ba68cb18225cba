#include "reporter/alarms/alarm_options.hpp"

namespace lars::reporter {

using namespace std::chrono_literals;

void describe(app::OptionSet& set, AlarmOptions& options) {
    set.duration(
           "alarm-interval", options.interval, {1s, 30s}, "how often the rules of alarms are judged"
    )
        .key("alarms", "interval");
    const auto assign = [&options](const std::string& text) {
        options.alertmanagers = http::parse_urls(text);
    };
    const auto print = [&options] { return to_string(options.alertmanagers); };
    set.custom(
           "alertmanager",
           assign,
           print,
           "http://host:port of Alertmanagers, separated by commas; each is told of every alarm"
    )
        .key("alarms", "alertmanager");
    const auto webhook = [&options](const std::string& text) {
        options.webhook.reset();
        if (!text.empty()) options.webhook = http::parse_url(text);
    };
    const auto print_webhook = [&options] {
        return options.webhook ? to_string(*options.webhook) : "";
    };
    set.custom(
           "alarm-webhook",
           webhook,
           print_webhook,
           "http:// URL that gets a POST with JSON when an alarm fires or is resolved"
    )
        .key("alarms", "webhook")
        .secret();
}

}  // namespace lars::reporter
