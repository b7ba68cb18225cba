#include "reporter/alarms/alarm_options.hpp"

#include <algorithm>

namespace lars::reporter {
namespace {

using namespace std::chrono_literals;

std::vector<http::Url> parse_urls(const std::string& text) {
    std::vector<http::Url> urls;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const auto comma = std::min(text.find(',', begin), text.size());
        urls.push_back(http::parse_url(text.substr(begin, comma - begin)));
        begin = comma + 1;
    }
    return urls;
}

}  // namespace

void describe(app::OptionSet& set, AlarmOptions& options) {
    set.duration(
           "alarm-interval", options.interval, {1s, 30s}, "how often the rules of alarms are judged"
    )
        .key("alarms", "interval");
    const auto assign = [&options](const std::string& text) {
        options.alertmanagers = text.empty() ? std::vector<http::Url>() : parse_urls(text);
    };
    const auto print = [&options] {
        std::string text;
        for (const auto& url : options.alertmanagers) {
            text += (text.empty() ? "" : ",") + http::origin_of(url);
            if (url.target != "/") text += url.target;
        }
        return text;
    };
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
        return options.webhook ? http::origin_of(*options.webhook) + options.webhook->target : "";
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
