#include "dns/options.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lars::dns {

using namespace std::chrono_literals;

namespace {

bool names_server(const std::string& text) {
    return parse_endpoint(text) || parse_endpoint(text + ":53") ||
           parse_endpoint('[' + text + "]:53");
}

std::string checked_servers(const std::string& text) {
    for (std::size_t begin = 0; begin <= text.size() && !text.empty();) {
        const auto end = std::min(text.find(',', begin), text.size());
        if (!names_server(text.substr(begin, end - begin))) {
            throw std::invalid_argument("IP or IP:PORT, with commas between: 10.0.0.2,[::1]:5353");
        }
        begin = end + 1;
    }
    return text;
}

}  // namespace

void describe(app::OptionSet& set, Options& options) {
    set.listen("listen", options.listen, "address and port that agents connect to")
        .key("dns", "listen");
    const auto address = [&options](const std::string& text) {
        const auto port = options.listen.port;
        options.listen = app::parse_address(text);
        options.listen.port = port;
    };
    set.file_only("ip", address).key("reactor", "ip");
    const auto port = [&options](const std::string& text) {
        options.listen.port = static_cast<std::uint16_t>(app::parse_number(text, {0, 65'535}));
    };
    set.file_only("port", port).key("reactor", "port");
    set.number("max-connections", options.max_connections, {1, 1'000'000}, "agents at a time")
        .key("reactor", "max-connections")
        .key("reactor", "maxConn")
        .live();
    set.number(
           "max-subscriptions",
           options.max_subscriptions,
           {1, 10'000'000},
           "modules of one agent whose changes are pushed; it asks for the others"
    )
        .key("dns", "max-subscriptions")
        .live();
    set.duration(
           "poll-interval", options.poll_interval, {10ms, 1h}, "how often changes are looked for"
    )
        .key("dns", "poll-interval");
    set.duration(
           "compare-interval",
           options.compare_interval,
           {100ms, 24h},
           "how often the whole table is compared"
    )
        .key("dns", "compare-interval");
    set.duration(
           "log-keep", options.log_keep, {1min, 24h * 3650}, "age at which RouteLog is pruned"
    )
        .key("dns", "log-keep");
    set.number(
           "guard-percent",
           options.guard.percent,
           {0, 100},
           "of all rows: more than that aren't removed at once without an audit entry"
    )
        .key("dns", "guard-percent");
    set.number(
           "guard-rows",
           options.guard.rows,
           {0, 1'000'000'000},
           "so many rows may always be removed"
    )
        .key("dns", "guard-rows");
    set.number(
           "max-unknown-subscriptions",
           options.max_unknown_subscriptions,
           {0, 10'000'000},
           "of those, modules without a route; of all agents together a hundred times as many"
    )
        .key("dns", "max-unknown-subscriptions")
        .live();
    set.custom(
           "name-servers",
           [&options](const std::string& text) { options.name_servers = checked_servers(text); },
           [&options] { return options.name_servers; },
           "IP or IP:PORT,... to ask for hosts that are endpoints; unless set, the system's"
    )
        .key("dns", "name-servers");
    set.duration(
           "lease",
           options.lease,
           {300ms, 1h},
           "how long what an agent registered outlives the agent's last sign of life"
    )
        .key("dns", "lease");
    set.text(
           "register-services",
           options.register_services,
           "names that agents may register, with * for any text: batch-*"
    )
        .key("dns", "register-services");
    const auto look_address = [&options](const std::string& text) {
        if (!text.empty() && !parse_endpoint(text)) throw std::invalid_argument("IP:PORT");
        options.look_address = text;
    };
    set.custom(
           "look-address",
           look_address,
           [&options] { return options.look_address; },
           "IP:PORT, UDP, where those who edit routes tell this dns to look at the store; unless "
           "set, "
           "where it listens"
    )
        .key("dns", "look-address");
    set.duration(
           "idle-timeout",
           options.session.idle_timeout,
           {1s, 24h},
           "silence after which an agent is given up"
    )
        .key("reactor", "idle-timeout");
}

}  // namespace lars::dns
