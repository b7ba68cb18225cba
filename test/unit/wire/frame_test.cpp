#include "wire/frame.hpp"

#include "support/catch.hpp"
#include "wire/identity.hpp"
#include "wire/module.hpp"

using namespace lars;
using namespace lars::wire;

namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("a frame is the header, little-endian, and the body") {
    GetRouteRequest request;
    set_module({1, 2}, request);
    const auto frame = encode_frame(ID_GetRouteRequest, request);
    CHECK(*frame == std::string("\1\0\0\0\4\0\0\0\x08\1\x10\2", 12));
    std::string two = *frame;
    append_frame(two, ID_GetRouteRequest, request);
    CHECK(two == *frame + *frame);
}

TEST_CASE("a body that isn't the message is refused") {
    GetRouteRequest request;
    CHECK(parse_body({}, request));
    CHECK(parse_body(bytes_of("\x08\x05"), request));
    CHECK(request.modid() == 5);
    CHECK_FALSE(parse_body(bytes_of("\xFF\xFF"), request));
}

TEST_CASE("an instance is 16 bytes, no more and no less") {
    const auto instance = random_instance();
    const Identity self{.instance = instance, .role = ROLE_AGENT, .shards = 3};
    CHECK(instance_from_wire(hello_of(self).instance()) == instance);
    CHECK(instance_from_wire(hello_ack_of(self).instance()) == instance);
    CHECK_FALSE(instance_from_wire(""));
    CHECK_FALSE(instance_from_wire(std::string(15, 'x')));
    CHECK_FALSE(instance_from_wire(std::string(17, 'x')));
}
