#include "session_fixture.hpp"

using namespace lars;
using namespace lars::test;
using net::PeerKind;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<std::int32_t>;

const std::string kHalfFrame = frame(9, "body").substr(0, 10);

wire::EncodedFrame some_frame() {
    return std::make_shared<const std::string>(frame(9, "body"));
}

}  // namespace

TEST_CASE("a peer that never says anything is closed when the idle timeout is over") {
    SessionFixture session({.idle_timeout = 60s});
    session.pass(60s - 1ms);
    CHECK(session.state.open());
    session.pass(1ms);
    CHECK_FALSE(session.state.open());
    CHECK(session.state.close_reason() == "idle");
    CHECK(session.counters.idle.value() == 1);
}

TEST_CASE("an original peer that has spoken may be silent for ever") {
    SessionFixture session({.idle_timeout = 60s});
    CHECK(session.serve(frame(1, "x")) == Ids{1});
    session.pass(24h * 365);
    CHECK(session.peer_kind() == PeerKind::original);
    CHECK(session.state.open());
    CHECK(session.counters.idle.value() == 0);
}

TEST_CASE("a peer of ours that falls silent is closed, counted from its last bytes") {
    SessionFixture session({.idle_timeout = 60s});
    session.serve_hello();
    session.pass(50s);
    session.serve(frame(9, "x"));
    session.pass(59s);
    CHECK(session.state.open());
    session.pass(1s);
    CHECK(session.state.close_reason() == "idle");
}

TEST_CASE("half a frame and then silence is closed and counted as that, not as idleness") {
    SessionFixture session({.idle_timeout = 10s, .half_frame_timeout = 10s});
    CHECK(session.serve(kHalfFrame).empty());
    session.pass(10s - 1ms);
    CHECK(session.state.open());
    session.pass(1ms);
    CHECK(session.state.close_reason() == "half a frame and then silence");
    CHECK(session.bad_input(Errc::half_frame_timeout) == 1);
    CHECK(session.counters.idle.value() == 0);
}

TEST_CASE("the time for a frame runs from its first byte, however its bytes trickle in") {
    SessionFixture session({.half_frame_timeout = 10s});
    session.serve(kHalfFrame.substr(0, 9));
    session.pass(9s);
    session.serve(kHalfFrame.substr(9));
    session.pass(1s);
    CHECK(session.bad_input(Errc::half_frame_timeout) == 1);
}

TEST_CASE("a frame that is completed in time gives the next one its full time") {
    SessionFixture session({.half_frame_timeout = 10s});
    session.serve(kHalfFrame);
    session.pass(9s);
    // The rest of the first frame, and half of a second one.
    CHECK(session.serve(frame(9, "body").substr(10) + kHalfFrame) == Ids{9});
    session.pass(9s);
    CHECK(session.state.open());
    session.pass(1s);
    CHECK_FALSE(session.state.open());
}

TEST_CASE("a frame that is completed in time leaves no deadline") {
    SessionFixture session({.half_frame_timeout = 10s});
    session.serve(kHalfFrame);
    session.serve(frame(9, "body").substr(10));
    session.pass(1h);
    CHECK(session.state.open());
}

TEST_CASE("a write that makes no progress is closed as a slow reader") {
    SessionFixture session({.write_timeout = 20s});
    session.serve(frame(1, "x"));
    session.state.send(some_frame());
    session.state.begin_write(session.now);
    session.pass(20s - 1ms);
    CHECK(session.state.open());
    session.pass(1ms);
    CHECK(session.state.close_reason() == "the peer doesn't read");
    CHECK(session.counters.slow_readers.value() == 1);
}

TEST_CASE("each write has its full time, and none that is under way has no deadline") {
    SessionFixture session({.write_timeout = 20s});
    session.serve(frame(1, "x"));
    session.state.send(some_frame());
    session.state.begin_write(session.now);
    session.pass(19s);
    session.state.end_write(3, {});
    session.pass(1h);
    CHECK(session.state.open());
    session.state.begin_write(session.now);
    session.pass(19s);
    CHECK(session.state.open());
    session.pass(1s);
    CHECK_FALSE(session.state.open());
}

TEST_CASE("without a heartbeat Hello is never said by the clock") {
    SessionFixture session;
    session.serve_hello();
    session.write_all();
    session.pass(59s);
    CHECK_FALSE(session.state.has_unsent());
}

TEST_CASE("with a heartbeat Hello is said again that long after it was last said") {
    SessionFixture session({.heartbeat = 2s});
    session.state.say_hello(session.now);
    CHECK(session.write_all() == Ids{ID_Hello});
    session.pass(2s - 1ms);
    CHECK_FALSE(session.state.has_unsent());
    session.pass(1ms);
    CHECK(session.write_all() == Ids{ID_Hello});
    session.pass(1s);
    CHECK_FALSE(session.state.has_unsent());
    session.pass(1s);
    CHECK(session.write_all() == Ids{ID_Hello});
}

TEST_CASE("a peer that answered Hello is given up after three heartbeats without a word") {
    SessionFixture session({.heartbeat = 2s});
    session.serve_hello();
    session.pass(2s);
    session.pass(2s);
    session.pass(2s - 1ms);
    CHECK(session.state.open());
    session.pass(1ms);
    CHECK(session.state.close_reason() == "the peer no longer answers");
    CHECK(session.counters.idle.value() == 0);
}

TEST_CASE("any bytes of a peer keep it alive, not only answers to Hello") {
    SessionFixture session({.heartbeat = 2s});
    session.serve_hello();
    for (int i = 0; i < 10; ++i) {
        session.pass(5s);
        session.serve(kHalfFrame);
        session.serve(frame(9, "body").substr(10));
        session.write_all();
    }
    CHECK(session.state.open());
}

TEST_CASE("an original peer that never answers Hello isn't given up for it") {
    SessionFixture session({.idle_timeout = 24h * 365, .heartbeat = 2s});
    session.state.say_hello(session.now);
    for (int i = 0; i < 100; ++i) {
        session.pass(2s);
        session.write_all();
    }
    CHECK(session.state.open());
    CHECK(session.peer_kind() == PeerKind::presumed_original);
}

TEST_CASE("one known as ours that doesn't answer Hello is given up, and isn't taken for another") {
    SessionFixture session({.heartbeat = 300ms}, net::PeerExpectation::ours);
    session.state.say_hello(session.now);
    session.pass(300ms);
    session.pass(300ms);
    session.pass(299ms);
    CHECK(session.state.open());
    session.pass(1ms);
    CHECK(session.state.close_reason() == "the peer doesn't answer Hello");
    CHECK(session.peer_kind() == PeerKind::unknown);
}

TEST_CASE("a peer that began with something else than Hello isn't given up for its silence") {
    SessionFixture session({.heartbeat = 2s}, net::PeerExpectation::ours);
    session.serve(frame(2, "x"));
    for (int i = 0; i < 10; ++i) session.pass(2s);
    CHECK(session.state.open());
}

TEST_CASE("a peer may be given more time to answer Hello than three heartbeats") {
    SessionFixture session({.heartbeat = 300ms, .answer_timeout = 3s});
    session.serve_hello();
    for (int i = 0; i < 9; ++i) session.pass(300ms);
    CHECK(session.state.open());
    session.pass(300ms);
    CHECK(session.state.close_reason() == "the peer no longer answers");
}

TEST_CASE("a heartbeat that a peer lets pile up closes it as a slow reader") {
    SessionFixture session({.high_water = 100, .heartbeat = 2s});
    session.serve(frame(1, "x"));
    for (int i = 0; i < 100 && session.state.open(); ++i) session.pass(2s);
    CHECK_FALSE(session.state.open());
    CHECK(session.counters.slow_readers.value() == 1);
}

TEST_CASE("a closed session has no deadlines") {
    SessionFixture session({.heartbeat = 2s});
    session.serve(kHalfFrame);
    session.state.close("finished");
    session.pass(24h);
    CHECK(session.state.close_reason() == "finished");
    CHECK_FALSE(session.state.has_unsent());
    CHECK(session.bad_input(Errc::half_frame_timeout) == 0);
    CHECK(session.counters.idle.value() == 0);
}
