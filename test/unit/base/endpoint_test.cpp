#include "base/endpoint.hpp"

#include "support/catch.hpp"

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
