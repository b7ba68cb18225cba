#include "base/endpoint.hpp"

#include "support/catch.hpp"

#include <set>

using namespace lars;

TEST_CASE("an IPv4 address on the wire reads in the order that people write it") {
    const auto endpoint = Endpoint::from_ipv4(3232235953U, 7777);
    CHECK(to_string(endpoint) == "192.168.1.177:7777");
    CHECK(endpoint.is_ipv4());
    CHECK(endpoint.ipv4() == 3232235953U);
    CHECK(static_cast<std::int32_t>(endpoint.ipv4()) < 0);
}

TEST_CASE("an endpoint reads back as it was written") {
    for (const auto* text :
         {"192.168.1.177:7777",
          "0.0.0.1:1",
          "255.255.255.255:65535",
          "[2001:db8::1]:80",
          "[::1]:443"}) {
        const auto endpoint = parse_endpoint(text);
        REQUIRE(endpoint);
        CHECK(to_string(*endpoint) == text);
    }
}

TEST_CASE("what isn't an endpoint is refused") {
    for (const auto* text :
         {"",
          ":",
          "1.2.3.4",
          "1.2.3.4:",
          "1.2.3.4:0",
          "1.2.3.4:65536",
          "1.2.3.4:-1",
          "1.2.3.4:80x",
          "1.2.3:80",
          "1.2.3.4.5:80",
          "256.1.1.1:80",
          "::1:80",
          "[::1]",
          "[::1:80",
          " 1.2.3.4:80",
          "localhost:80"}) {
        INFO(text);
        CHECK_FALSE(parse_endpoint(text));
    }
    CHECK(parse_endpoint("1.2.3.4:0", PortZero::allowed));
}

TEST_CASE("an IPv4 address is four decimal bytes") {
    CHECK(parse_ipv4("192.168.1.177") == 3232235953U);
    CHECK(parse_ipv4("0.0.0.0") == 0U);
    for (const auto* text : {"", "1", "1.2.3", "1.2.3.4.", "1.2.3.999", "a.b.c.d", "1..2.3"}) {
        INFO(text);
        CHECK_FALSE(parse_ipv4(text));
    }
}

TEST_CASE("a text that goes on behind an address isn't one") {
    CHECK_FALSE(parse_ipv4(std::string_view("1.2.3.4\0x", 9)));
    CHECK_FALSE(parse_endpoint(std::string_view("[::1\0x]:80", 10)));
}

TEST_CASE("no node is called at an address for any, for many, or reserved") {
    const auto why = [](const char* text) { return why_uncallable(*parse_endpoint(text)); };
    for (const auto* any : {"0.0.0.0:80", "[::]:80", "[::ffff:0.0.0.0]:80"}) {
        CAPTURE(any);
        CHECK(why(any) == "it stands for any address");
    }
    for (const auto* many : {"224.0.0.0:1", "239.255.255.255:1", "[ff00::]:1", "[ff02::1]:1"}) {
        CAPTURE(many);
        CHECK(why(many) == "it is a multicast address");
    }
    CHECK(why("240.0.0.0:1") == "it is a reserved address");
    CHECK(why("255.255.255.254:1") == "it is a reserved address");
    CHECK(why("255.255.255.255:1") == "it is the broadcast address");
    for (const auto* good :
         {"0.0.0.1:1",
          "0.255.255.255:1",
          "127.0.0.1:1",
          "169.254.0.1:1",
          "223.255.255.255:1",
          "[::1]:1",
          "[::2]:1",
          "[fe80::1]:1",
          "[feff::1]:1"}) {
        CAPTURE(good);
        CHECK(why(good).empty());
    }
}

TEST_CASE("addresses that differ in any one byte, or in the port, spread over a table of 1,024") {
    const auto places = [](auto&& endpoint_of) {
        std::set<std::size_t> taken;
        for (std::uint32_t i = 0; i < 256; ++i) {
            taken.insert(std::hash<Endpoint>{}(endpoint_of(i)) % 1024);
        }
        return taken.size();
    };
    // Evenly at random, 226 places would be taken.
    for (const int shift : {0, 8, 16, 24}) {
        INFO(shift);
        CHECK(places([=](std::uint32_t i) { return Endpoint::from_ipv4(i << shift, 80); }) > 100);
    }
    CHECK(places([](std::uint32_t i) {
              return Endpoint::from_ipv4(1, static_cast<std::uint16_t>(i));
          }) > 100);
}
