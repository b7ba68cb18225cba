#include "base/frame.hpp"

#include "support/catch.hpp"

#include <limits>

using namespace lars;

TEST_CASE("a header is two little-endian int32") {
    const auto bytes = encode_header({4, 6});
    CHECK(bytes == std::array<std::uint8_t, 8>{4, 0, 0, 0, 6, 0, 0, 0});
}

TEST_CASE("any header reads back as it was written") {
    using Limits = std::numeric_limits<std::int32_t>;
    for (const auto id : {0, 1, 8, 32, -1, Limits::min(), Limits::max()}) {
        for (const auto length : {0, 1, 255, 256, 65'527, -1, Limits::min(), Limits::max()}) {
            const FrameHeader header{id, length};
            CHECK(decode_header(encode_header(header)) == header);
        }
    }
}
