#include "agent/registration/service_file.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

TEST_CASE("a file of services has a section for each") {
    const auto file = parse_service_file(
        "# ours\n"
        "[payments]\n"
        "port = 8080\n"
        "weight = 50\n"
        "zone = eu-1/a\n"
        "tags = version=2,stage=canary\n"
        "drain = 5s\n"
        "check = http\n"
        "check-path = /health\n"
        "check-header = Host: payments.example\n"
        "check-header = X-Check: 1\n"
        "check-interval = 200ms\n"
        "check-fall = 3\n"
        "[second]\n"
        "name = 7/8\n"
        "address = 2001:db8::1\n"
        "port = 81\n",
        "payments.conf"
    );
    CHECK(file.mistakes.empty());
    REQUIRE(file.registrations.size() == 2);
    const auto& first = file.registrations[0];
    CHECK(first.key.service.name == "payments");
    CHECK(first.key.endpoint.port == 8080);
    CHECK(first.weight == 50);
    CHECK(first.zone == "eu-1/a");
    CHECK(first.tags == "stage=canary,version=2");
    CHECK(first.drain == 5s);
    CHECK(first.check.kind == CheckOptions::Kind::http);
    CHECK(first.check.path == "/health");
    CHECK(first.check.headers == std::vector<std::string>{"Host: payments.example", "X-Check: 1"});
    CHECK(first.check.interval == 200ms);
    CHECK(first.check.fall == 3);
    CHECK(first.source == "file payments.conf:3");
    const auto& second = file.registrations[1];
    CHECK(second.key.service == ServiceRef{"", {7, 8}});
    CHECK(to_string(second.key.endpoint) == "[2001:db8::1]:81");
}

TEST_CASE("a mistake is named by file and line, and leaves the others alone") {
    const auto file = parse_service_file(
        "[payments]\n"
        "port = 80x\n"
        "colour = red\n"
        "[orders]\n"
        "port = 81\n"
        "[Bad Name]\n"
        "port = 82\n"
        "[portless]\n"
        "weight = 1\n",
        "some.conf"
    );
    REQUIRE(file.registrations.size() == 1);
    CHECK(file.registrations[0].key.service.name == "orders");
    REQUIRE(file.mistakes.size() == 4);
    CHECK_THAT(file.mistakes[0], Catch::StartsWith("some.conf:2: port = 80x: expected"));
    CHECK_THAT(file.mistakes[1], Catch::StartsWith("some.conf:3: there is no key 'colour'"));
    CHECK_THAT(file.mistakes[2], Catch::StartsWith("some.conf:7: [Bad Name]"));
    CHECK(file.mistakes[3] == "some.conf:9: [portless]: the port is 0");
}

TEST_CASE("a line that can't be read is named, and nothing of the file counts") {
    const auto file = parse_service_file("[payments]\nport = 80\nnonsense\n", "some.conf");
    CHECK(file.registrations.empty());
    REQUIRE(file.mistakes.size() == 1);
    CHECK_THAT(file.mistakes[0], Catch::StartsWith("some.conf:3: "));
}
