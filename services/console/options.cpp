#include "console/options.hpp"

namespace lars::console {

using namespace std::chrono_literals;

void describe(app::OptionSet& set, Options& options) {
    set.listen("listen", options.listen, "address and port that browsers connect to")
        .key("console", "listen");
    set.duration("session", options.session, {1min, 24h * 30}, "how long a browser stays signed in")
        .key("console", "session");
    set.duration(
           "poll-interval",
           options.poll_interval,
           {50ms, 1min},
           "how often the store is looked at for open pages"
    )
        .key("console", "poll-interval");
    set.number("max-connections", options.max_connections, {1, 1'000'000}, "browsers' connections")
        .key("console", "max-connections");
    set.number(
           "max-streams", options.max_streams, {1, 1'000'000}, "open pages that are told of changes"
    )
        .key("console", "max-streams");
}

}  // namespace lars::console
