#include "reporter/options.hpp"

namespace lars::reporter {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;

void describe(app::OptionSet& set, Options& options) {
    set.listen("listen", options.listen, "address and port that agents connect to")
        .key("reporter", "listen");
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
    set.duration("flush-interval", options.flush_interval, {10ms, 1h}, "how often rows are written")
        .key("reporter", "flush-interval");
    set.number(
           "queue-rows", options.queue_rows, {1, 100'000'000}, "results that may wait for the store"
    )
        .key("reporter", "queue-rows")
        .live();
    set.number(
           "connections", options.connections, {1, 16}, "to the database, that write call history"
    )
        .key("reporter", "connections");
    set.duration(
           "status-interval",
           options.status_interval,
           {10ms, 1h},
           "how often a row of ServerCallStatus is written at most"
    )
        .key("reporter", "status-interval");
    set.number(
           "status-rows",
           options.status_rows,
           {1, 100'000'000},
           "rows of ServerCallStatus that are kept up to date"
    )
        .key("reporter", "status-rows");
    const auto kept = [&set](const char* name, std::chrono::milliseconds& value, hours min) {
        const auto what = std::string("how long call history by the ") + name + " is kept";
        set.duration(std::string("keep-") + name + "s", value, {min, days(36'500)}, what)
            .key("reporter", std::string("keep-") + name + "s");
    };
    // Days are summed up from hours, and hours from minutes, some of which come late.
    kept("minute", options.retention.minutes, 6h);
    kept("hour", options.retention.hours, 48h);
    kept("day", options.retention.days, 48h);
    set.ignore("reporter", "db_thread_cnt");
    describe(set, options.alarms);
}

}  // namespace lars::reporter
