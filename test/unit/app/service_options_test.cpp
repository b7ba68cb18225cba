#include "app/service_options.hpp"

#include "support/catch.hpp"

#include <initializer_list>
#include <vector>

using namespace lars;
using app::Threads;

namespace {

app::ServiceOptions parse(std::initializer_list<const char*> flags, Threads threads) {
    app::ServiceOptions options;
    app::OptionSet set("program", "LARS_TEST_SERVICE", "A program.");
    describe_service(set, options, threads);
    std::vector<const char*> all{"program"};
    all.insert(all.end(), flags.begin(), flags.end());
    set.parse(static_cast<int>(all.size()), all.data());
    return options;
}

}  // namespace

TEST_CASE("a bare port for operators' pages is one of loopback, so that nobody else reads them") {
    CHECK_FALSE(parse({}, Threads::fixed).admin);
    const auto bare = parse({"--admin", "9100"}, Threads::fixed);
    REQUIRE(bare.admin);
    CHECK(to_string(*bare.admin) == "127.0.0.1:9100");
    const auto whole = parse({"--admin", "0.0.0.0:9100"}, Threads::fixed);
    REQUIRE(whole.admin);
    CHECK(to_string(*whole.admin) == "0.0.0.0:9100");
    CHECK_THROWS_AS(parse({"--admin", "65536"}, Threads::fixed), app::ConfigError);
    CHECK_THROWS_AS(parse({"--admin", "host"}, Threads::fixed), app::ConfigError);
}

TEST_CASE("a level of the log is one that there is") {
    CHECK(parse({"--log-level", "off"}, Threads::fixed).log_level == "off");
    CHECK_THROWS_WITH(
        parse({"--log-level", "loud"}, Threads::fixed),
        "--log-level: 'loud' is not one of trace, debug, info, warning, error, critical, off"
    );
}

TEST_CASE("a program that knows how many threads it needs has no option for them") {
    CHECK(parse({"--threads", "4"}, Threads::configurable).threads == 4);
    CHECK_THROWS_AS(parse({"--threads", "4"}, Threads::fixed), app::ConfigError);
}

TEST_CASE("a service and its operators' pages listen on an address each") {
    app::ServiceOptions options;
    const auto listen = app::parse_listen("127.0.0.1:7778");
    CHECK_NOTHROW(app::check_distinct("listen", listen, options));
    options.admin = listen;
    CHECK_THROWS_WITH(
        app::check_distinct("listen", listen, options),
        "--listen and --admin are both 127.0.0.1:7778: they need a port each"
    );
    options.admin->port = 0;
    CHECK_NOTHROW(app::check_distinct("listen", *options.admin, options));
}
