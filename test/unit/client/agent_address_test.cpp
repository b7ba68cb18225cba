#include "agent_address.hpp"

#include "support/catch.hpp"

#include <stdexcept>

using namespace lars::client;

TEST_CASE("an agent's address is host:port with perhaps its shards") {
    const auto agent = parse_agent("127.0.0.1:9000/5");
    CHECK(agent.host == "127.0.0.1");
    CHECK(agent.port == 9000);
    CHECK(agent.shards == 5);
    CHECK(parse_agent("agent.test:9000").shards == 3);
    CHECK(parse_agent("agent.test:9000").host == "agent.test");
    CHECK(parse_agent("[::1]:9000/1").host == "::1");
    for (const auto* text :
         {"127.0.0.1",
          "127.0.0.1:",
          "127.0.0.1:0",
          "127.0.0.1:65536",
          "127.0.0.1:80/",
          "127.0.0.1:80/0",
          "127.0.0.1:80/65",
          ":80",
          "127.0.0.1:65535/2"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_agent(text), std::invalid_argument);
    }
}
