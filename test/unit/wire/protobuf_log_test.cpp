#include "wire/protobuf_log.hpp"

#include "support/catch.hpp"
#include "wire/frame.hpp"

#include <optional>
#include <string>
#include <vector>

using namespace lars;

namespace {

bool parses_bad_utf8() {
    // Field 17, a string, with a byte that no UTF-8 has.
    const std::string bytes("\x8a\x01\x01\xff");
    GetHostRequest request;
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    return wire::parse_body({begin, bytes.size()}, request);
}

}  // namespace

TEST_CASE("what protobuf says of a string that isn't UTF-8 goes to our log; the message is refused"
) {
    std::vector<std::string> lines;
    std::optional<wire::ProtobufLog> log([&](const std::string& line) { lines.push_back(line); });
    CHECK_FALSE(parses_bad_utf8());
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with("protobuf: String field 'lars.GetHostRequest.name'"));
    log.reset();
    CHECK_FALSE(parses_bad_utf8());
    CHECK(lines.size() == 1);
}

TEST_CASE("of several places for protobuf's log the last counts, and none outlives its owner") {
    int first = 0;
    int second = 0;
    std::optional<wire::ProtobufLog> a([&](const std::string&) { ++first; });
    std::optional<wire::ProtobufLog> b([&](const std::string&) { ++second; });
    a.reset();
    CHECK_FALSE(parses_bad_utf8());
    CHECK(first == 0);
    CHECK(second == 1);
    b.reset();
    CHECK_FALSE(parses_bad_utf8());
    CHECK(second == 1);
}
