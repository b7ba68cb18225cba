#include "wire/announcement.hpp"

#include "support/catch.hpp"

using namespace lars;

namespace {

Instance instance(const char* endpoint) {
    Instance made;
    made.key = {{"payments", {}}, *parse_endpoint(endpoint)};
    made.weight = 0;
    made.zone = "eu-1/a";
    made.tags = "stage=canary,version=2";
    made.state = InstanceState::draining;
    made.reason = "why not";
    return made;
}

}  // namespace

TEST_CASE("an announcement comes over the wire as it was said") {
    wire::Announcement said;
    said.owner.fill(7);
    said.host = "host-1";
    said.start = 2;
    said.seq = 3;
    said.whole = true;
    said.instances = {instance("10.0.0.1:80"), instance("[2001:db8::1]:81")};
    auto by_ids = instance("10.0.0.1:82");
    by_ids.key.service = {"", {7, 8}};
    said.withdrawn = {by_ids};
    std::size_t refused = 0;
    const auto heard = wire::from_wire(wire::to_wire(said), refused);
    REQUIRE(heard);
    CHECK(refused == 0);
    CHECK(heard->owner == said.owner);
    CHECK(heard->host == "host-1");
    CHECK(heard->start == 2);
    CHECK(heard->seq == 3);
    CHECK(heard->whole);
    CHECK(heard->instances == said.instances);
    CHECK(heard->withdrawn == said.withdrawn);
}

TEST_CASE("what can't be read is left out, and an announcement of nobody is none") {
    AnnounceRequest request;
    std::size_t refused = 0;
    request.set_owner("short");
    CHECK_FALSE(wire::from_wire(request, refused));
    request.set_owner(std::string(16, '\0'));
    CHECK_FALSE(wire::from_wire(request, refused));
    request.set_owner(std::string(16, '\x01'));
    request.set_host(std::string(10'000, 'x'));
    request.add_instance()->mutable_host()->set_port(70'000);
    auto& long_reason = *request.add_instance();
    wire::to_wire(instance("10.0.0.1:80"), long_reason);
    long_reason.set_reason(std::string(10'000, 'x'));
    const auto heard = wire::from_wire(request, refused);
    REQUIRE(heard);
    CHECK(refused == 1);
    CHECK(heard->host.size() == 200);
    REQUIRE(heard->instances.size() == 1);
    CHECK(heard->instances[0].reason.size() == kMaxReasonLength);
}

TEST_CASE("an address may be left to the agent") {
    InstanceInfo info;
    info.set_name("payments");
    info.mutable_host()->set_port(80);
    CHECK_FALSE(wire::from_wire(info));
    const auto read = wire::from_wire(info, wire::Address::optional);
    REQUIRE(read);
    CHECK(read->key.endpoint == Endpoint{.address = {}, .port = 80});
    CHECK(read->weight == kDefaultWeight);
    InstanceInfo again;
    wire::to_wire(*read, again);
    CHECK(again.host().ip() == 0);
    CHECK(again.host().address().empty());
}
