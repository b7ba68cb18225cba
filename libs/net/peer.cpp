#include "net/peer.hpp"

#include "base/frame.hpp"

#include <algorithm>

namespace lars::net {

Peer::Peer(
    PeerExpectation expected, Clock::time_point connected, std::chrono::milliseconds hello_timeout
)
    : expected_(expected),
      kind_(expected == PeerExpectation::original ? PeerKind::original : PeerKind::unknown),
      hello_until_(connected + hello_timeout) {}

void Peer::identify(const wire::PeerIdentity& identity) {
    identity_ = identity;
    kind_ = PeerKind::ours;
}

void Peer::speak() {
    if (!identity_) kind_ = PeerKind::original;
}

void Peer::judge(Clock::time_point now) {
    const bool may_be_original = expected_ == PeerExpectation::either;
    if (kind_ == PeerKind::unknown && may_be_original && now >= hello_until_) {
        kind_ = PeerKind::presumed_original;
    }
}

bool Peer::knows_hello() const {
    const bool silent_so_far = kind_ == PeerKind::unknown;
    return identity_ || (expected_ == PeerExpectation::ours && silent_so_far);
}

std::size_t Peer::max_body() const {
    if (!identity_) return kMaxTcpBody;
    return std::clamp<std::size_t>(identity_->max_body, kMaxTcpBody, kMaxHelloBody);
}

}  // namespace lars::net
