#include "agent/registration/health_call.hpp"

#include "support/catch.hpp"

#include <random>

using namespace lars::agent;

// That a real server's answers are understood is shown by system.register.

TEST_CASE("a call of the health service begins as HTTP/2 does") {
    HealthCall call("127.0.0.1:80", "payments");
    const auto output = call.take_output();
    CHECK(output.starts_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    CHECK(output.find("/grpc.health.v1.Health/Check") == std::string::npos);  // it is compressed
    CHECK(call.take_output().empty());
    CHECK_FALSE(call.done());
}

TEST_CASE("what isn't HTTP/2 ends the call, and harms nobody") {
    std::mt19937 random(1);
    for (int round = 0; round < 500; ++round) {
        HealthCall call("127.0.0.1:80", "");
        call.take_output();
        std::vector<std::uint8_t> bytes(1 + random() % 200);
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        call.receive(bytes);
        call.take_output();
        CHECK_FALSE(call.why_not_serving().empty());
    }
    HealthCall call("127.0.0.1:80", "");
    call.take_output();
    const std::string text = "HTTP/1.1 400 Bad Request\r\n\r\n";
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    call.receive(std::span(bytes, text.size()));
    call.take_output();
    CHECK(call.done());
    CHECK(call.why_not_serving() == "no answer");
}
