#include "agent/host_address.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;

namespace {

constexpr std::uint32_t kEth0 = 0xC0000214;     // 192.0.2.20
constexpr std::uint32_t kDocker0 = 0xAC110001;  // 172.17.0.1
constexpr std::uint32_t kLoopback = 0x7F000001;

const HostInterfaces kBoth{.default_route = kEth0, .up = {{"docker0", kDocker0}, {"eth0", kEth0}}};

}  // namespace

TEST_CASE("a host that has only lo is 127.0.0.1, and says what that means") {
    HostAddress host({});
    CHECK(host.note_interfaces({}));
    CHECK(host.ipv4() == kLoopback);
    CHECK(host.in_doubt());
    CHECK(
        host.describe() ==
        "this host is 127.0.0.1 in statistics: it has no other address; others may be called the "
        "same: --caller gives it an address of its own"
    );
}

TEST_CASE("a host is called by the address that leads to other networks, not by its first") {
    HostAddress host({});
    host.note_interfaces(kBoth);
    CHECK(host.ipv4() == kEth0);
    CHECK_FALSE(host.in_doubt());
    HostAddress lonely({});
    lonely.note_interfaces({.default_route = {}, .up = kBoth.up});
    CHECK(lonely.ipv4() == kDocker0);
}

TEST_CASE("the interface that led to other networks is the host's when its address changes") {
    HostAddress host({});
    host.note_interfaces(kBoth);
    // Deleting an address takes the route with it; the new one comes before that is there again.
    const HostInterfaces changed{
        .default_route = {}, .up = {{"docker0", kDocker0}, {"eth0", kEth0 + 1}}};
    CHECK(host.note_interfaces(changed));
    CHECK(host.ipv4() == kEth0 + 1);
}

TEST_CASE("a host is called by the address by which it reaches dns") {
    HostAddress host({});
    host.note_interfaces(kBoth);
    CHECK(host.note_dns_session(Endpoint::from_ipv4(0x0A000007, 4'711)));
    CHECK(host.ipv4() == 0x0A000007);
    CHECK(host.describe() == "this host is 10.0.0.7 in statistics: by that address it reaches dns");
    CHECK_FALSE(host.note_interfaces({}));
    CHECK(host.ipv4() == 0x0A000007);

    // Another connection, from another address.
    CHECK(host.note_dns_session(Endpoint::from_ipv4(0x0A000008, 4'711)));
    CHECK(host.ipv4() == 0x0A000008);
    CHECK_FALSE(host.note_dns_session(Endpoint::from_ipv4(0x0A000008, 4'712)));
}

TEST_CASE("a dns on the same host, or one that is reached over IPv6, says nothing of an address") {
    const auto* local = GENERATE("127.0.0.1:1", "[::1]:1", "[2001:db8::1]:1");
    HostAddress host({});
    host.note_interfaces(kBoth);
    CHECK_FALSE(host.note_dns_session(*parse_endpoint(local)));
    CHECK(host.ipv4() == kEth0);
    // The address changes while that connection stays.
    CHECK(host.note_interfaces({.default_route = kEth0 + 1, .up = {}}));
    CHECK(host.ipv4() == kEth0 + 1);
}

TEST_CASE("the configured address is the host's, whatever else it has") {
    HostAddress host(0x0A010203);
    CHECK(host.note_interfaces(kBoth));
    CHECK_FALSE(host.note_dns_session(Endpoint::from_ipv4(0x0A000007, 1)));
    CHECK(host.ipv4() == 0x0A010203);
    CHECK(host.describe() == "this host is 10.1.2.3 in statistics: so it is configured");
}

TEST_CASE("loopback that is configured is meant") {
    HostAddress host(kLoopback);
    host.note_interfaces(kBoth);
    CHECK_FALSE(host.in_doubt());
    CHECK(host.describe() == "this host is 127.0.0.1 in statistics: so it is configured");
}

TEST_CASE("the interfaces of this host are found, and none of them is loopback's") {
    const auto found = find_host_interfaces();
    if (found.default_route) CHECK(*found.default_route >> 24 != 127);
    for (const auto& each : found.up) CHECK(each.ipv4 >> 24 != 127);
}
