#include "cli/agent_text.hpp"

#include "support/catch.hpp"

using lars::cli::agent_text;

TEST_CASE("an agent's address is taken in every spelling, with a port or without") {
    CHECK(agent_text("localhost") == "localhost:8888");
    CHECK(agent_text("localhost/5") == "localhost:8888/5");
    CHECK(agent_text("localhost:1/5") == "localhost:1/5");
    CHECK(agent_text("10.0.0.1") == "10.0.0.1:8888");
    CHECK(agent_text("::1") == "[::1]:8888");
    CHECK(agent_text("[::1]") == "[::1]:8888");
    CHECK(agent_text("[::1]/1") == "[::1]:8888/1");
    CHECK(agent_text("[::1]:8888") == "[::1]:8888");
    CHECK(agent_text("2001:db8::8888/1") == "[2001:db8::8888]:8888/1");
    CHECK(agent_text("").empty());                    // LARS_AGENT
    CHECK(agent_text("localhost:") == "localhost:");  // for the client to refuse
}
