#include "reporter/options.hpp"

#include <stdexcept>

namespace lars::reporter {

using namespace std::chrono_literals;

void describe(config::OptionSet& set, Options& options) {
    set.listen("listen", options.listen, "address and port that agents connect to")
        .key("reporter", "listen");
    const auto address = [&options](const std::string& text) {
        const auto ip = parse_ipv4(text);
        if (!ip) throw std::invalid_argument("an IPv4 address");
        options.listen = Endpoint::from_ipv4(*ip, options.listen.port);
    };
    set.file_only("ip", address).key("reactor", "ip");
    const auto port = [&options](const std::string& text) {
        options.listen.port = static_cast<std::uint16_t>(config::parse_number(text, {0, 65'535}));
    };
    set.file_only("port", port).key("reactor", "port");
    set.number("max-connections", options.max_connections, {1, 1'000'000}, "agents at a time")
        .key("reactor", "max-connections")
        .key("reactor", "maxConn");
    set.duration("flush-interval", options.flush_interval, {10ms, 1h}, "how often rows are written")
        .key("reporter", "flush-interval");
    set.number(
           "queue-rows", options.queue_rows, {1, 100'000'000}, "rows that may wait for the store"
    )
        .key("reporter", "queue-rows");
    set.ignore("reporter", "db_thread_cnt");
    describe(set, options.alarms);
}

}  // namespace lars::reporter
