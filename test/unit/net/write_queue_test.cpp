#include "net/write_queue.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::net;

namespace {

wire::EncodedFrame bytes(std::size_t size) {
    return std::make_shared<const std::string>(size, 'x');
}

}  // namespace

TEST_CASE("frames are refused above the high-water mark, and taken again below it") {
    WriteQueue queue(100);
    CHECK(queue.push(bytes(60)));
    CHECK(queue.push(bytes(40)));
    CHECK_FALSE(queue.push(bytes(1)));
    CHECK(queue.bytes() == 100);
    CHECK(queue.gather().size() == 2);
    queue.consume(30);
    CHECK(queue.gather().front().size() == 30);
    queue.consume(70);
    CHECK(queue.empty());
    CHECK(queue.push(bytes(1)));
}

TEST_CASE("one frame larger than the mark still passes") {
    WriteQueue queue(100);
    CHECK(queue.push(bytes(1000)));
    CHECK_FALSE(queue.push(bytes(1)));
}

TEST_CASE("a gathered write takes no more than the system does") {
    WriteQueue queue(100'000);
    for (int i = 0; i < 200; ++i) REQUIRE(queue.push(bytes(1)));
    std::size_t written = 0;
    while (!queue.empty()) {
        const auto buffers = queue.gather();
        CHECK(buffers.size() <= 64);
        written += buffers.size();
        queue.consume(buffers.size());
    }
    CHECK(written == 200);
}
