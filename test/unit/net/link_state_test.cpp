#include "net/link_state.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::net;
using namespace std::chrono_literals;
using Kind = PeerKind;
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
    /// Connects to whichever peer is next, which turns out to be of that kind: whether it is
    /// accepted.
    bool meet(Kind kind = Kind::ours) {
        state.begin_attempt();
        return state.accepts(kind, now);
    }
    Loudness end_after(std::chrono::milliseconds time) {
        now += time;
        return state.end_session(now);
    }
    /// A session with whichever peer is next.
    Loudness serve_for(std::chrono::milliseconds time) {
        meet();
        return end_after(time);
    }
    /// An attempt that is given up on a peer that says nothing, and how long to wait after it.
    std::chrono::milliseconds hang() {
        state.begin_attempt();
        end_after(1000ms);
        return state.next_attempt(kLargest).value();
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
    round.meet();
    round.now += 1h;
    CHECK(round.state.next_attempt(0) == 25ms);
}

TEST_CASE("a session with a peer that was never accepted proves nothing, however long it lasted") {
    Round round(1);
    round.state.begin_attempt();
    CHECK(round.state.accepts(Kind::unknown, round.now));
    CHECK_FALSE(round.state.accepted());
    CHECK(round.end_after(1h) == Loudness::aloud);
    CHECK(round.state.next_attempt(0) == 25ms);
    round.state.begin_attempt();
    CHECK(round.end_after(1h) == Loudness::quietly);
}

TEST_CASE("a lost peer that was served well is reported aloud, and so is the next connection") {
    Round round(2);
    round.meet();
    CHECK(round.state.loudness() == Loudness::aloud);
    CHECK(round.end_after(1h) == Loudness::aloud);
    round.state.next_attempt(0);
    round.meet();
    CHECK(round.state.loudness() == Loudness::aloud);
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
    round.meet();
    CHECK(round.state.loudness() == Loudness::quietly);
}

TEST_CASE("a short session begins an outage, of which the rest is quiet") {
    Round round(1);
    CHECK(round.serve_for(10ms) == Loudness::aloud);
    round.state.next_attempt(0);
    CHECK(round.serve_for(10ms) == Loudness::quietly);
}

TEST_CASE("the end of an outage is reported once, when its peer has served for some time") {
    Round round(1);
    round.fail();
    round.state.begin_attempt();
    CHECK_FALSE(round.state.outage_over(round.now + 1h));
    round.state.accepts(Kind::ours, round.now);
    CHECK_FALSE(round.state.outage_over(round.now + 999ms));
    CHECK(round.state.outage_over(round.now + 1000ms));
    CHECK_FALSE(round.state.outage_over(round.now + 2000ms));
    CHECK(round.state.end_session(round.now + 2000ms) == Loudness::aloud);
}

TEST_CASE("a connection without an outage before it has no end of one") {
    Round round(1);
    round.meet();
    CHECK_FALSE(round.state.outage_over(round.now + 1h));
}

TEST_CASE("who has answered Hello at an address is expected to do so there for ever") {
    Round round(2);
    CHECK(round.state.expected(0) == PeerExpectation::either);
    CHECK(round.meet(Kind::ours));
    CHECK(round.state.expected(0) == PeerExpectation::ours);
    CHECK(round.state.expected(1) == PeerExpectation::either);
    round.end_after(1h);
    round.state.next_attempt(0);
    for (int i = 0; i < 10; ++i) round.hang();
    CHECK(round.state.expected(0) == PeerExpectation::ours);
}

TEST_CASE("an original one that speaks at an address of one of ours has replaced it") {
    Round round(1);
    round.meet(Kind::ours);
    round.end_after(1h);
    round.state.next_attempt(0);
    CHECK(round.meet(Kind::original));
    CHECK(round.state.expected(0) == PeerExpectation::either);
}

TEST_CASE("what peers are configured to be is what they are expected to be") {
    Round round(2);
    round.options.expected = GENERATE(PeerExpectation::ours, PeerExpectation::original);
    CHECK(round.state.expected(0) == round.options.expected);
    round.meet(Kind::ours);
    CHECK(round.state.expected(0) == round.options.expected);
}

TEST_CASE("who is configured to be one of ours and turns out to be an original isn't served") {
    Round round(1);
    round.options.expected = PeerExpectation::ours;
    CHECK_FALSE(round.meet(Kind::original));
    CHECK_FALSE(round.state.accepted());
}

TEST_CASE("the only peer is served though it says nothing, and so is a configured original") {
    SECTION("the only one") {
        Round round(1);
        CHECK(round.meet(Kind::presumed_original));
    }
    SECTION("of two") {
        Round round(2);
        round.options.expected = PeerExpectation::original;
        CHECK(round.meet(Kind::original));
    }
}

TEST_CASE("a peer that says nothing is left for others until each of them was tried") {
    Round round(3);
    CHECK_FALSE(round.meet(Kind::presumed_original));
    round.end_after(0ms);
    CHECK(round.state.next_attempt(99) == 99ms);
    CHECK_FALSE(round.meet(Kind::presumed_original));
    round.end_after(0ms);
    CHECK(round.state.next_attempt(99) == 99ms);
    SECTION("and the last is as good as the others") {
        CHECK(round.meet(Kind::presumed_original));
    }
    SECTION("and then the first again, if the last can't be reached") {
        round.fail();
        CHECK(round.state.peer() == 0);
        CHECK(round.meet(Kind::presumed_original));
    }
    SECTION("and the last is served if it answers") {
        CHECK(round.meet(Kind::ours));
    }
}

TEST_CASE("original peers that say nothing are told apart from none when one of them is lost") {
    Round round(2);
    round.meet(Kind::presumed_original);
    round.end_after(0ms);
    round.state.next_attempt(0);
    CHECK(round.meet(Kind::presumed_original));
    round.end_after(1h);
    round.state.next_attempt(0);
    CHECK(round.meet(Kind::presumed_original));
}

TEST_CASE("one that hangs is left, and once all have failed the slow are given time") {
    Round round(2);
    round.meet(Kind::ours);
    round.end_after(1h);
    round.state.next_attempt(0);
    round.hang();
    CHECK_FALSE(round.state.every_peer_failed());
    round.hang();
    round.state.begin_attempt();
    CHECK(round.state.every_peer_failed());
    round.state.accepts(Kind::ours, round.now);
    round.end_after(1s);
    round.state.next_attempt(0);
    round.state.begin_attempt();
    CHECK_FALSE(round.state.every_peer_failed());
}

TEST_CASE("another peer is probed after once to twice the time to return") {
    Round round(2);
    CHECK(round.state.probe_delay(0) == 15s);
    CHECK(round.state.probe_delay(14'999) == 15s + 14'999ms);
    CHECK(round.state.probe_delay(15'000) == 15s);
    CHECK(round.state.probe_delay(kLargest) < 30s);
}

TEST_CASE("a link that is well where it wants to be probes nobody") {
    Round round(2);
    round.meet(Kind::ours);
    CHECK_FALSE(round.state.next_probe());
}

TEST_CASE("a link that is well elsewhere probes its first choice") {
    Round round(3, 1);
    round.fail();
    round.meet(Kind::ours);
    CHECK(round.state.next_probe() == 1U);
    CHECK(round.state.next_probe() == 1U);
}

TEST_CASE("a link on a peer that says nothing probes all others in turn, to go to any that answers"
) {
    Round round(3);
    for (int i = 0; i < 2; ++i) {
        round.meet(Kind::presumed_original);
        round.end_after(0ms);
        round.state.next_attempt(0);
    }
    REQUIRE(round.meet(Kind::presumed_original));
    REQUIRE(round.state.peer() == 2);
    CHECK(round.state.next_probe() == 1U);
    CHECK_FALSE(round.state.moves_to(1, Probe::unanswered));
    CHECK(round.state.next_probe() == 0U);
    CHECK_FALSE(round.state.moves_to(0, Probe::unreachable));
    CHECK(round.state.next_probe() == 1U);
    CHECK(round.state.moves_to(1, Probe::answered));
    CHECK(round.end_after(1h) == Loudness::silent);
    CHECK_FALSE(round.state.next_attempt(0));
    round.state.begin_attempt();
    CHECK(round.state.peer() == 1);
}

TEST_CASE("one of ours isn't left for a first choice that doesn't answer Hello") {
    Round round(2);
    SECTION("and did before") {
        round.meet(Kind::ours);
        round.end_after(1h);
        round.state.next_attempt(0);
    }
    SECTION("and never did") {
        round.meet(Kind::presumed_original);
        round.end_after(0ms);
        round.state.next_attempt(0);
    }
    SECTION("and was never met") {
        round.fail();
    }
    round.meet(Kind::ours);
    CHECK_FALSE(round.state.moves_to(0, Probe::unreachable));
    CHECK_FALSE(round.state.moves_to(0, Probe::ended));
    CHECK_FALSE(round.state.moves_to(0, Probe::unanswered));
    CHECK(round.state.moves_to(0, Probe::answered));
}

TEST_CASE("an original one is left for a first choice that may be one and keeps a connection open"
) {
    Round round(2);
    round.fail();
    round.meet(GENERATE(Kind::presumed_original, Kind::original));
    CHECK_FALSE(round.state.moves_to(0, Probe::ended));
    CHECK(round.state.moves_to(0, Probe::unanswered));
}

TEST_CASE("not even an original one is left for one of ours that hangs") {
    Round round(2);
    round.meet(Kind::ours);
    round.end_after(1h);
    round.state.next_attempt(0);
    round.meet(Kind::original);
    CHECK_FALSE(round.state.moves_to(0, Probe::unanswered));
}

TEST_CASE("a link returns to its first choice at once and without a word of loss") {
    Round round(3, 2);
    round.fail();
    round.meet();
    CHECK(round.state.peer() == 0);
    CHECK_FALSE(round.state.at_first_choice());
    CHECK(round.state.moves_to(2, Probe::answered));
    CHECK(round.end_after(1h) == Loudness::silent);
    CHECK_FALSE(round.state.next_attempt(kLargest));
    round.meet();
    CHECK(round.state.peer() == 2);
    CHECK(round.state.at_first_choice());
    CHECK(round.state.loudness() == Loudness::aloud);
    // From there on it is a connection like any other.
    CHECK(round.end_after(1h) == Loudness::aloud);
    CHECK(round.state.next_attempt(7) == 7ms);
    CHECK(round.state.peer() == 0);
}

TEST_CASE("a first choice that isn't well leaves the link where it is") {
    Round round(2);
    round.fail();
    round.meet();
    CHECK_FALSE(round.state.moves_to(0, Probe::ended));
    round.now += 1h;
    CHECK(round.state.outage_over(round.now));
    CHECK(round.state.end_session(round.now) == Loudness::aloud);
    CHECK(round.state.next_attempt(0) == 0ms);
}

TEST_CASE("a first choice that is lost soon after each return is returned to less and less often") {
    Round round(2);
    round.fail();
    const auto return_and_serve = [&round](std::chrono::milliseconds time) {
        round.meet();
        REQUIRE(round.state.moves_to(0, Probe::answered));
        round.end_after(1h);
        CHECK_FALSE(round.state.next_attempt(0));
        round.serve_for(time);
        round.state.next_attempt(0);
    };
    return_and_serve(2s);
    CHECK(round.state.probe_delay(0) == 30s);
    CHECK(round.state.probe_delay(kLargest) < 60s);
    return_and_serve(14s);
    CHECK(round.state.probe_delay(0) == 60s);
    for (int i = 0; i < 10; ++i) return_and_serve(2s);
    CHECK(round.state.probe_delay(0) == 240s);
    return_and_serve(15s);
    CHECK(round.state.probe_delay(0) == 15s);
}
