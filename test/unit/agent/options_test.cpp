#include "agent/options.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fstream>
#include <string>
#include <vector>

using namespace lars;
using namespace lars::test;

namespace {

agent::Options parse(std::vector<const char*> words) {
    agent::Options options;
    app::OptionSet set("lars-agent", "LARS_TEST_AGENT", "An agent.");
    agent::describe(set, options);
    words.insert(words.begin(), "lars-agent");
    set.parse(static_cast<int>(words.size()), words.data());
    return options;
}

}  // namespace

TEST_CASE("the ports of all shards are ports, also for --check-config") {
    CHECK(parse({"--udp-port", "65533"}).udp.port == 65'533);
    CHECK(parse({"--udp-port", "65535", "--shards", "1"}).udp.port == 65'535);
    CHECK(parse({"--udp-port", "0", "--shards", "64"}).shards == 64);
    const auto* const why =
        "--udp-port 65534 with --shards 3 ends at port 65536, and the last port is 65535";
    CHECK_THROWS_WITH(parse({"--udp-port", "65534"}), why);
    CHECK_THROWS_WITH(parse({"--udp-port", "65534", "--check-config"}), why);
}

TEST_CASE("an address is taken in both spellings, wherever one is asked for") {
    CHECK(to_string(parse({"--udp-address", "::"}).udp) == "[::]:8888");
    CHECK(to_string(parse({"--udp-address", "[::]"}).udp) == "[::]:8888");
    CHECK(to_string(parse({"--udp-port", "9000", "--udp-address", "[::1]"}).udp) == "[::1]:9000");
    const TempDir directory;
    const auto path = directory.file("conf");
    for (const auto* host : {"::1", "[::1]"}) {
        std::ofstream(path) << "[dnsserver]\nip = " << host << "\nport = 7778\n";
        const std::vector<runtime::PeerAddress> expected{{"::1", 7'778}};
        CHECK(parse({"--config", path.c_str()}).dns == expected);
    }
}

TEST_CASE("the zone is a region and a zone") {
    CHECK(parse({}).zone.empty());
    CHECK(parse({"--zone", "eu-1/a"}).zone == "eu-1/a");
    CHECK(parse({"--zone", "eu-1"}).zone == "eu-1");
    const auto* const why =
        "--zone: 'eu 1/a' is not REGION/ZONE, as eu-1/a: it isn't region/zone, of letters, digits, "
        "'.', '_' and '-'";
    CHECK_THROWS_WITH(parse({"--zone", "eu 1/a"}), why);
    const TempDir directory;
    const auto path = directory.file("conf");
    std::ofstream(path) << "[agent]\nzone = us-2/b\n";
    CHECK(parse({"--config", path.c_str()}).zone == "us-2/b");
}
