#pragma once

#include "net/asio.hpp"
#include "net/peer_address.hpp"

namespace lars::net {

/// Resolves, and connects to the first address that answers, within the timeout. `stream` is open
/// when there is no error.
Awaitable<error_code> connect(
    Stream& stream, const PeerAddress& peer, std::chrono::milliseconds timeout
);

}  // namespace lars::net
