#include "net/peer.hpp"

#include "base/frame.hpp"

#include <algorithm>

namespace lars::net {

PeerKind Peer::kind(Clock::time_point now) const {
    if (identity_) return PeerKind::ours;
    return now < hello_until_ ? PeerKind::unknown : PeerKind::original;
}

std::size_t Peer::max_body() const {
    if (!identity_) return kMaxTcpBody;
    return std::clamp<std::size_t>(identity_->max_body, kMaxTcpBody, kMaxHelloBody);
}

}  // namespace lars::net
