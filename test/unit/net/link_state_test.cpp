#include "net/link_state.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::net;
using namespace std::chrono_literals;
using Loudness = LinkState::Loudness;
using Probe = LinkState::Probe;

namespace {

/// Of the numbers that a link draws: the first choice is the remainder by the number of peers.
constexpr std::uint32_t kFirst = 0;
constexpr std::uint32_t kLargest = UINT32_MAX;

LinkOptions options_of(std::size_t peers) {
    LinkOptions options;
    options.peers.resize(peers);
    options.backoff = {.first = 50ms, .max = 3000ms};
    return options;
}

/// A link that goes round, and the clock that it is told.
struct Round {
    explicit Round(std::size_t peers, std::uint32_t random = kFirst)
        : options(options_of(peers)), state(options, random) {}

    /// An attempt that finds no peer, and how long to wait after it.
    std::chrono::milliseconds fail(std::uint32_t random = kLargest) {
        state.begin_attempt();
        state.connect_failed();
        return state.next_attempt(random).value();
    }
    /// A session with whichever peer is next.
    Loudness serve_for(std::chrono::milliseconds time) {
        state.begin_attempt();
        state.connected(now);
        now += time;
        return state.end_session(now);
    }

    LinkOptions options;
    LinkState state;
    Clock::time_point now{1h};
};

}  // namespace

TEST_CASE("the first choice is drawn, and it is tried first") {
    const auto random = GENERATE(0U, 1U, 2U, 3U, 4U);
    const Round round(3, random);
    CHECK(round.state.first_choice() == random % 3);
    CHECK(round.state.peer() == random % 3);
    CHECK(round.state.at_first_choice());
}

TEST_CASE("after a failure the next peer is tried, and the first again after the last") {
    Round round(3, 1);
    CHECK(round.state.peer() == 1);
    round.fail();
    CHECK(round.state.peer() == 2);
    round.fail();
    CHECK(round.state.peer() == 0);
    round.fail();
    CHECK(round.state.peer() == 1);
}

TEST_CASE("another peer is tried almost at once, spread out so that not all links come together") {
    Round round(3);
    CHECK(round.fail(0) == 0ms);
    CHECK(round.fail(99) == 99ms);
}

TEST_CASE("attempts back off once every peer has failed") {
    Round round(3);
    CHECK(round.fail() < 100ms);
    CHECK(round.fail() < 100ms);
    CHECK(round.fail(0) == 25ms);
    CHECK(round.fail(0) == 50ms);
    CHECK(round.fail(0) == 100ms);
    for (int i = 0; i < 20; ++i) round.fail();
    CHECK(round.fail(0) == 1500ms);
    CHECK(round.fail(kLargest) <= 3000ms);
}

TEST_CASE("the only peer is tried again after a back-off, not at once") {
    Round round(1);
    CHECK(round.fail(0) == 25ms);
    CHECK(round.state.peer() == 0);
    CHECK(round.state.at_first_choice());
}

TEST_CASE("a session that lasted ends the back-off") {
    Round round(2);
    for (int i = 0; i < 10; ++i) round.fail();
    round.serve_for(1000ms);
    CHECK(round.state.next_attempt(99) == 99ms);
    CHECK(round.fail(99) == 99ms);
    CHECK(round.fail(0) == 25ms);
}

TEST_CASE("a session too short to prove anything counts as a failure") {
    Round round(2);
    round.fail();
    round.serve_for(999ms);
    CHECK(round.state.next_attempt(0) == 25ms);
    round.serve_for(0ms);
    CHECK(round.state.next_attempt(0) == 50ms);
}

TEST_CASE("a session that ended by an exception proves nothing, however long it lasted") {
    Round round(1);
    round.state.begin_attempt();
    round.state.connected(round.now);
    round.now += 1h;
    CHECK(round.state.next_attempt(0) == 25ms);
}

TEST_CASE("a lost peer that was served well is reported aloud, and so is the next connection") {
    Round round(2);
    round.state.begin_attempt();
    CHECK(round.state.connected(round.now) == Loudness::aloud);
    round.now += 1h;
    CHECK(round.state.end_session(round.now) == Loudness::aloud);
    round.state.next_attempt(0);
    round.state.begin_attempt();
    CHECK(round.state.connected(round.now) == Loudness::aloud);
}

TEST_CASE("of an outage only the first failure is reported aloud") {
    Round round(2);
    round.state.begin_attempt();
    CHECK(round.state.connect_failed() == Loudness::aloud);
    round.state.next_attempt(0);
    for (int i = 0; i < 5; ++i) {
        round.state.begin_attempt();
        CHECK(round.state.connect_failed() == Loudness::quietly);
        round.state.next_attempt(0);
    }
    // A peer that accepts and closes at once is still the same outage.
    CHECK(round.serve_for(10ms) == Loudness::quietly);
    round.state.next_attempt(0);
    round.state.begin_attempt();
    CHECK(round.state.connected(round.now) == Loudness::quietly);
}

TEST_CASE("a short session begins an outage, of which the rest is quiet") {
    Round round(1);
    CHECK(round.serve_for(10ms) == Loudness::aloud);
    round.state.next_attempt(0);
    CHECK(round.serve_for(10ms) == Loudness::quietly);
}

TEST_CASE("the end of an outage is reported once, when its connection has lasted") {
    Round round(1);
    round.fail();
    round.state.begin_attempt();
    round.state.connected(round.now);
    CHECK_FALSE(round.state.outage_over(round.now + 999ms));
    CHECK(round.state.outage_over(round.now + 1000ms));
    CHECK_FALSE(round.state.outage_over(round.now + 2000ms));
    CHECK(round.state.end_session(round.now + 2000ms) == Loudness::aloud);
}

TEST_CASE("a connection without an outage before it has no end of one") {
    Round round(1);
    round.state.begin_attempt();
    round.state.connected(round.now);
    CHECK_FALSE(round.state.outage_over(round.now + 1h));
}

TEST_CASE("the first choice is probed after once to twice the time to return") {
    Round round(2);
    CHECK(round.state.probe_delay(0) == 15s);
    CHECK(round.state.probe_delay(14'999) == 15s + 14'999ms);
    CHECK(round.state.probe_delay(15'000) == 15s);
    CHECK(round.state.probe_delay(kLargest) < 30s);
}

TEST_CASE("only a first choice that keeps the probe's connection open is well") {
    Round round(2);
    round.fail();
    CHECK_FALSE(round.state.returns_after(Probe::unreachable));
    CHECK_FALSE(round.state.returns_after(Probe::ended));
    CHECK(round.state.returns_after(Probe::kept));
}

TEST_CASE("a link returns to its first choice at once and without a word of loss") {
    Round round(3, 2);
    round.fail();
    round.state.begin_attempt();
    round.state.connected(round.now);
    CHECK(round.state.peer() == 0);
    CHECK_FALSE(round.state.at_first_choice());
    CHECK(round.state.returns_after(Probe::kept));
    round.now += 1h;
    CHECK(round.state.end_session(round.now) == Loudness::silent);
    CHECK_FALSE(round.state.next_attempt(kLargest));
    round.state.begin_attempt();
    CHECK(round.state.peer() == 2);
    CHECK(round.state.at_first_choice());
    CHECK(round.state.connected(round.now) == Loudness::aloud);
    // From there on it is a connection like any other.
    round.now += 1h;
    CHECK(round.state.end_session(round.now) == Loudness::aloud);
    CHECK(round.state.next_attempt(7) == 7ms);
    CHECK(round.state.peer() == 0);
}

TEST_CASE("a first choice that isn't well leaves the link where it is") {
    Round round(2);
    round.fail();
    round.state.begin_attempt();
    round.state.connected(round.now);
    CHECK_FALSE(round.state.returns_after(Probe::ended));
    round.now += 1h;
    CHECK(round.state.outage_over(round.now));
    CHECK(round.state.end_session(round.now) == Loudness::aloud);
    CHECK(round.state.next_attempt(0) == 0ms);
}
