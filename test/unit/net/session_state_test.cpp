#include "session_fixture.hpp"

#include <boost/asio/error.hpp>

using namespace lars;
using namespace lars::test;

namespace {

using Ids = std::vector<std::int32_t>;

wire::EncodedFrame frame_of_size(std::size_t size) {
    return std::make_shared<const std::string>(size, 'x');
}

const error_code kEnd = asio::error::eof;

}  // namespace

TEST_CASE("a session gives its owner frame after frame, then asks for more bytes") {
    SessionFixture session;
    CHECK(session.serve(frame(1, "a") + frame(2, "") + frame(3, "c").substr(0, 5)) == Ids{1, 2});
    CHECK(session.state.wants_bytes());
    CHECK(session.serve(frame(3, "c").substr(5)) == Ids{3});
}

TEST_CASE("a length that can't be closes the session, is counted once, and nothing comes after it"
) {
    SessionFixture session;
    const auto [hex, kind] = GENERATE(
        std::pair{"01000000ffffffff", Errc::negative_length},
        std::pair{"01000000f8ff0000", Errc::oversized_length}
    );
    CHECK(session.serve(frame(1, "a") + from_hex(hex) + frame(2, "b")) == Ids{1});
    CHECK_FALSE(session.state.open());
    CHECK_FALSE(session.state.wants_bytes());
    CHECK(session.state.close_reason() == make_error_code(kind).message());
    CHECK_FALSE(session.state.next());
    CHECK(session.bad_input(kind) == 1);
}

TEST_CASE("a stream that ends between frames leaves the session open for its answers") {
    SessionFixture session;
    session.serve(frame(1, "a"));
    session.state.end_reading(kEnd);
    CHECK(session.state.open());
    session.state.send(frame_of_size(10));
    CHECK(session.state.has_unsent());
    for (int kind = 1; kind <= kErrcCount; ++kind) {
        CHECK(session.bad_input(static_cast<Errc>(kind)) == 0);
    }
}

TEST_CASE("a stream that ends within a frame is counted by where it ends") {
    SessionFixture session;
    const auto [size, kind] =
        GENERATE(std::pair{3, Errc::short_header}, std::pair{10, Errc::truncated_frame});
    session.serve(frame(1, "body").substr(0, static_cast<std::size_t>(size)));
    session.state.end_reading(kEnd);
    CHECK(session.bad_input(kind) == 1);
    CHECK(session.state.open());
}

TEST_CASE("a stream that fails closes the session with the reason") {
    SessionFixture session;
    session.serve(frame(1, "body").substr(0, 10));
    const error_code reset = asio::error::connection_reset;
    session.state.end_reading(reset);
    CHECK_FALSE(session.state.open());
    CHECK(session.state.close_reason() == reset.message());
    CHECK(session.bad_input(Errc::truncated_frame) == 1);
}

TEST_CASE("half a frame isn't counted when this side ends the session") {
    SessionFixture session;
    session.serve(frame(1, "body").substr(0, 10));
    SECTION("by a stop") {
        session.state.end_reading(asio::error::operation_aborted);
    }
    SECTION("by a close") {
        session.state.close("finished");
        session.state.end_reading(kEnd);
        CHECK(session.state.close_reason() == "finished");
    }
    CHECK_FALSE(session.state.open());
    CHECK(session.bad_input(Errc::truncated_frame) == 0);
}

TEST_CASE("a peer that lets more than the mark pile up is closed and counted") {
    SessionFixture session({.high_water = 100});
    session.state.send(frame_of_size(60));
    session.state.send(frame_of_size(40));
    CHECK(session.state.open());
    CHECK(session.state.unsent() == 100);
    session.state.send(frame_of_size(1));
    CHECK_FALSE(session.state.open());
    CHECK(session.state.close_reason() == "the peer doesn't read: 100 bytes unsent");
    CHECK(session.counters.slow_readers.value() == 1);
}

TEST_CASE("what was written makes room below the mark") {
    SessionFixture session({.high_water = 100});
    session.state.send(frame_of_size(60));
    session.state.begin_write(session.now);
    session.state.send(frame_of_size(40));
    session.state.end_write(50, {});
    CHECK(session.state.unsent() == 50);
    session.state.send(frame_of_size(50));
    CHECK(session.state.open());
}

TEST_CASE("a write that fails closes the session with the reason") {
    SessionFixture session;
    session.state.send(frame_of_size(60));
    session.state.begin_write(session.now);
    const error_code broken = asio::error::broken_pipe;
    session.state.end_write(0, broken);
    CHECK_FALSE(session.state.open());
    CHECK(session.state.close_reason() == broken.message());
    CHECK(session.counters.slow_readers.value() == 0);
}

TEST_CASE("only the first reason for closing counts, and nothing is queued or read after it") {
    SessionFixture session;
    session.receive(frame(1, "a"));
    session.state.close("finished");
    session.state.close("stopped");
    CHECK(session.state.close_reason() == "finished");
    session.state.send(frame_of_size(10));
    session.state.say_hello(session.now);
    CHECK_FALSE(session.state.has_unsent());
    CHECK_FALSE(session.state.next());
    CHECK_FALSE(session.state.wants_bytes());
}
