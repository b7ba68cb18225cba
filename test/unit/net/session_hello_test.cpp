#include "session_fixture.hpp"

using namespace lars;
using namespace lars::test;
using net::PeerKind;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<std::int32_t>;

std::string hello_ack() {
    return *wire::encode_frame(ID_HelloAck, wire::hello_ack_of({.role = ROLE_REPORTER}));
}

std::string large_frame() {
    return frame(9, std::string(kMaxTcpBody + 1, 'x'));
}

}  // namespace

TEST_CASE("Hello is answered, and not given to the session's owner") {
    SessionFixture session;
    CHECK(session.serve(*wire::encode_frame(ID_Hello, wire::hello_of({.role = ROLE_AGENT}))).empty()
    );
    CHECK(session.write_all() == Ids{ID_HelloAck});
    CHECK(session.peer_kind() == PeerKind::ours);
    CHECK(session.state.peer().identity()->role == ROLE_AGENT);
}

TEST_CASE("the answer to Hello isn't answered, and makes the peer one of ours") {
    SessionFixture session;
    session.state.say_hello(session.now);
    CHECK(session.write_all() == Ids{ID_Hello});
    CHECK(session.peer_kind() == PeerKind::unknown);
    CHECK(session.serve(hello_ack()).empty());
    CHECK_FALSE(session.state.has_unsent());
    CHECK(session.peer_kind() == PeerKind::ours);
    CHECK(session.state.peer().identity()->role == ROLE_REPORTER);
}

TEST_CASE("an answer to Hello that comes late still makes the peer one of ours") {
    SessionFixture session;
    session.state.say_hello(session.now);
    session.pass(1s);
    CHECK(session.peer_kind() == PeerKind::presumed_original);
    session.serve(hello_ack());
    CHECK(session.peer_kind() == PeerKind::ours);
}

TEST_CASE("a peer whose first frame isn't Hello is an original one at once") {
    SessionFixture session;
    CHECK(session.serve(frame(8, "a")) == Ids{8});
    CHECK(session.peer_kind() == PeerKind::original);
}

TEST_CASE("frames around Hello are given to the session's owner in their order") {
    SessionFixture session;
    const auto hello = *wire::encode_frame(ID_Hello, wire::hello_of({.role = ROLE_AGENT}));
    CHECK(session.serve(frame(8, "a") + hello + frame(9, "b")) == Ids{8, 9});
}

TEST_CASE("a Hello that can't be decoded is counted, and changes nothing") {
    SessionFixture session;
    const auto id = GENERATE(ID_Hello, ID_HelloAck);
    CHECK(session.serve(frame(id, "\xFF\xFF\xFF")).empty());
    CHECK(session.bad_input(Errc::undecodable_body) == 1);
    CHECK_FALSE(session.state.has_unsent());
    CHECK(session.peer_kind() == PeerKind::unknown);
    CHECK(session.serve(frame(9, "b")) == Ids{9});
    CHECK(session.state.open());
}

TEST_CASE("larger frames are accepted from a peer that has said Hello, and only from it") {
    SessionFixture session;
    SECTION("after Hello") {
        session.serve_hello();
        CHECK(session.serve(large_frame()) == Ids{9});
        CHECK(session.state.open());
    }
    SECTION("without") {
        CHECK(session.serve(large_frame()).empty());
        CHECK_FALSE(session.state.open());
        CHECK(session.bad_input(Errc::oversized_length) == 1);
    }
}

TEST_CASE("what may be sent to a peer is what it said that it accepts") {
    SessionFixture session;
    CHECK(session.state.peer().max_body() == kMaxTcpBody);
    session.serve_hello(100'000);
    CHECK(session.state.peer().max_body() == 100'000);
}

TEST_CASE("a peer's instance of another length than ours is cut or filled up") {
    SessionFixture session;
    Hello hello;
    hello.set_instance(std::string(GENERATE(std::size_t{0}, 3, 16, 40), '\x07'));
    session.serve(*wire::encode_frame(ID_Hello, hello));
    const auto& instance = session.state.peer().identity()->instance;
    const auto said = std::min(hello.instance().size(), instance.size());
    CHECK(static_cast<std::size_t>(std::ranges::count(instance, 7)) == said);
}
