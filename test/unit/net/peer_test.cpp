#include "net/peer.hpp"

#include "base/frame.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::net;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kConnected{1h};

wire::PeerIdentity claiming(std::uint32_t max_body) {
    return {.instance = {1}, .role = ROLE_DNS, .max_body = max_body};
}

}  // namespace

TEST_CASE("a peer is of an unknown kind until the time for Hello is over, then presumed original") {
    Peer peer(PeerExpectation::either, kConnected, 1000ms);
    CHECK(peer.kind() == PeerKind::unknown);
    peer.judge(kConnected + 999ms);
    CHECK(peer.kind() == PeerKind::unknown);
    peer.judge(kConnected + 1000ms);
    CHECK(peer.kind() == PeerKind::presumed_original);
    peer.judge(kConnected + 24h);
    CHECK(peer.kind() == PeerKind::presumed_original);
    CHECK_FALSE(peer.knows_hello());
}

TEST_CASE("a peer that says Hello is one of ours from then on") {
    Peer peer(PeerExpectation::either, kConnected, 1000ms);
    peer.identify(claiming(0));
    CHECK(peer.kind() == PeerKind::ours);
    peer.judge(kConnected + 24h);
    peer.speak();
    CHECK(peer.kind() == PeerKind::ours);
    CHECK(peer.knows_hello());
}

TEST_CASE("a Hello that comes late still makes a peer one of ours") {
    Peer peer(PeerExpectation::either, kConnected, 1000ms);
    peer.judge(kConnected + 5s);
    CHECK(peer.kind() == PeerKind::presumed_original);
    peer.identify(claiming(0));
    CHECK(peer.kind() == PeerKind::ours);
}

TEST_CASE("a peer that begins with something else than Hello is an original one") {
    const auto expected = GENERATE(PeerExpectation::either, PeerExpectation::ours);
    Peer peer(expected, kConnected, 1000ms);
    SECTION("at once") {}
    SECTION("late") {
        peer.judge(kConnected + 5s);
    }
    peer.speak();
    CHECK(peer.kind() == PeerKind::original);
    CHECK_FALSE(peer.knows_hello());
}

TEST_CASE("one of ours that is silent is never taken for an original one, and is to answer Hello") {
    Peer peer(PeerExpectation::ours, kConnected, 1000ms);
    peer.judge(kConnected + 24h);
    CHECK(peer.kind() == PeerKind::unknown);
    CHECK(peer.knows_hello());
    CHECK_FALSE(peer.identity());
}

TEST_CASE("one that is known to be original is so before it says a word") {
    Peer peer(PeerExpectation::original, kConnected, 1000ms);
    CHECK(peer.kind() == PeerKind::original);
    CHECK_FALSE(peer.knows_hello());
    peer.identify(claiming(0));
    CHECK(peer.kind() == PeerKind::ours);
}

TEST_CASE("the largest body is the original's, or what a peer claims within our limits") {
    Peer peer(PeerExpectation::either, kConnected, 1000ms);
    CHECK(peer.max_body() == kMaxTcpBody);
    peer.identify(claiming(0));
    CHECK(peer.max_body() == kMaxTcpBody);
    peer.identify(claiming(1'000'000));
    CHECK(peer.max_body() == 1'000'000);
    peer.identify(claiming(0xFFFF'FFFF));
    CHECK(peer.max_body() == kMaxHelloBody);
}

TEST_CASE("a later Hello replaces an earlier one") {
    Peer peer(PeerExpectation::either, kConnected, 1000ms);
    peer.identify(claiming(100'000));
    peer.identify(claiming(200'000));
    CHECK(peer.max_body() == 200'000);
    CHECK(peer.identity()->role == ROLE_DNS);
}
