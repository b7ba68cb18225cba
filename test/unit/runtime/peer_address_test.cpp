#include "runtime/peer_address.hpp"

#include "support/catch.hpp"

using namespace lars::runtime;

TEST_CASE("peers are read as they are written") {
    for (const auto* text : {"a:1", "127.0.0.1:7778", "[::1]:80", "dns-1.example:65535"}) {
        const auto peers = parse_peers(text);
        REQUIRE(peers);
        CHECK(to_string(peers->front()) == text);
    }
    CHECK(parse_peers("a:1,b:2,[::1]:3")->size() == 3);
}

TEST_CASE("what isn't a list of peers is refused") {
    for (const auto* text :
         {"", ",", "a", "a:", ":1", "a:0", "a:65536", "a:1,", "::1:80", "a:1 ,b:2"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_peers(text));
    }
}
