#include "net/frame_reader.hpp"

#include "support/catch.hpp"
#include "support/peer.hpp"

#include <algorithm>
#include <string>

using namespace lars;
using namespace lars::net;

namespace {

void feed(FrameReader& reader, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto space = reader.prepare();
        const auto size = std::min(space.size(), bytes.size());
        std::copy_n(bytes.begin(), size, space.begin());
        reader.commit(size);
        bytes.remove_prefix(size);
    }
}

std::string text(const FrameView& frame) {
    return {frame.body.begin(), frame.body.end()};
}

}  // namespace

TEST_CASE("a stream split at every byte gives the same frames") {
    const auto stream = test::frame(1, "one") + test::frame(2, "") + test::frame(3, "three");
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        FrameReader reader(100);
        std::vector<std::string> bodies;
        for (const auto& part : {stream.substr(0, split), stream.substr(split)}) {
            feed(reader, part);
            while (const auto frame = reader.next()) bodies.push_back(text(*frame));
        }
        CHECK(bodies == std::vector<std::string>{"one", "", "three"});
        CHECK_FALSE(reader.in_frame());
        CHECK_FALSE(reader.end_of_stream());
    }
}

TEST_CASE("a length below zero or above the limit breaks the stream for good") {
    for (const auto& [hex, kind] :
         {std::pair{"01000000ffffffff", Errc::negative_length},
          std::pair{"0100000000000080", Errc::negative_length},
          std::pair{"0100000065000000", Errc::oversized_length},
          std::pair{"01000000ffffff7f", Errc::oversized_length}}) {
        FrameReader reader(100);
        feed(reader, test::from_hex(hex));
        CHECK_FALSE(reader.next());
        CHECK(reader.broken() == kind);
        feed(reader, test::frame(1, "later"));
        CHECK_FALSE(reader.next());
    }
}

TEST_CASE("what a stream's end in a frame means depends on where") {
    FrameReader reader(100);
    feed(reader, test::frame(1, "body").substr(0, 5));
    CHECK_FALSE(reader.next());
    CHECK(reader.end_of_stream() == Errc::short_header);
    feed(reader, test::frame(1, "body").substr(5, 4));
    CHECK_FALSE(reader.next());
    CHECK(reader.end_of_stream() == Errc::truncated_frame);
}

TEST_CASE("an announced frame takes memory only as its bytes come") {
    FrameReader reader(4 << 20);
    feed(reader, test::from_hex("0100000000004000"));
    CHECK_FALSE(reader.next());
    CHECK(reader.prepare().size() < 4096);
}

TEST_CASE("a frame of the largest size passes") {
    FrameReader reader(1 << 20);
    const std::string body(1 << 20, 'x');
    feed(reader, test::frame(7, body));
    const auto frame = reader.next();
    REQUIRE(frame);
    CHECK(frame->id == 7);
    CHECK(text(*frame) == body);
}
