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

TEST_CASE("a peer is of an unknown kind until the time for Hello is over, then an original one") {
    const Peer peer(kConnected, 1000ms);
    CHECK(peer.kind(kConnected) == PeerKind::unknown);
    CHECK(peer.kind(kConnected + 999ms) == PeerKind::unknown);
    CHECK(peer.kind(kConnected + 1000ms) == PeerKind::original);
    CHECK(peer.kind(kConnected + 24h) == PeerKind::original);
    CHECK_FALSE(peer.knows_hello());
}

TEST_CASE("a peer that says Hello is one of ours from then on") {
    Peer peer(kConnected, 1000ms);
    peer.identify(claiming(0));
    CHECK(peer.kind(kConnected) == PeerKind::ours);
    CHECK(peer.kind(kConnected + 24h) == PeerKind::ours);
    CHECK(peer.knows_hello());
}

TEST_CASE("a Hello that comes late still makes a peer one of ours") {
    Peer peer(kConnected, 1000ms);
    CHECK(peer.kind(kConnected + 5s) == PeerKind::original);
    peer.identify(claiming(0));
    CHECK(peer.kind(kConnected + 5s) == PeerKind::ours);
}

TEST_CASE("the largest body is the original's, or what a peer claims within our limits") {
    Peer peer(kConnected, 1000ms);
    CHECK(peer.max_body() == kMaxTcpBody);
    peer.identify(claiming(0));
    CHECK(peer.max_body() == kMaxTcpBody);
    peer.identify(claiming(1'000'000));
    CHECK(peer.max_body() == 1'000'000);
    peer.identify(claiming(0xFFFF'FFFF));
    CHECK(peer.max_body() == kMaxHelloBody);
}

TEST_CASE("a later Hello replaces an earlier one") {
    Peer peer(kConnected, 1000ms);
    peer.identify(claiming(100'000));
    peer.identify(claiming(200'000));
    CHECK(peer.max_body() == 200'000);
    CHECK(peer.identity()->role == ROLE_DNS);
}
