#include "app/service_options.hpp"

#include "app/log.hpp"

#include <stdexcept>

namespace lars::app {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kLoopback = 0x7F000001;

// "9100" is a port of loopback.
Endpoint parse_admin(const std::string& text) {
    if (text.find(':') != std::string::npos) return parse_listen(text);
    const auto port = parse_number(text, {0, 65'535});
    return Endpoint::from_ipv4(kLoopback, static_cast<std::uint16_t>(port));
}

}  // namespace

void describe_service(OptionSet& set, ServiceOptions& options, Threads threads) {
    if (threads == Threads::configurable) {
        set.number("threads", options.threads, {1, 256}, "threads that serve sessions")
            .key("reactor", "threads")
            .key("reactor", "threadNum");
    }
    set.duration("drain-timeout", options.drain_timeout, {10ms, 1h}, "how long a stop may take")
        .key("reactor", "drain-timeout");
    const auto admin = [&options](const std::string& text) { options.admin = parse_admin(text); };
    const auto print = [&options] { return options.admin ? to_string(*options.admin) : ""; };
    set.custom(
           "admin",
           admin,
           print,
           "PORT of loopback, or HOST:PORT, for /metrics, /healthz, /readyz over HTTP; off unless "
           "set; nothing is authenticated"
    )
        .key("reactor", "admin");
    const auto level = [&options](const std::string& text) {
        check_log_level(text);
        options.log_level = text;
    };
    set.custom(
           "log-level", level, [&options] { return options.log_level; }, "least severity logged"
    )
        .key("reactor", "log-level")
        .live();
}

void check_distinct(
    const std::string& flag, const Endpoint& listen, const ServiceOptions& options
) {
    if (!options.admin || options.admin->port == 0 || *options.admin != listen) return;
    throw ConfigError(
        "--" + flag + " and --admin are both " + to_string(listen) + ": they need a port each"
    );
}

}  // namespace lars::app
