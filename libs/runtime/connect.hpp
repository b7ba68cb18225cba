#pragma once

#include "runtime/asio.hpp"
#include "runtime/peer_address.hpp"

namespace lars::runtime {

/// Resolves, and connects to the first address that answers, within the timeout. `stream` is open
/// when there is no error.
Awaitable<error_code> connect(
    Stream& stream, const PeerAddress& peer, std::chrono::milliseconds timeout
);

}  // namespace lars::runtime
