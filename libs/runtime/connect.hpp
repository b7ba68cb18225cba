#pragma once

#include "runtime/asio.hpp"
#include "runtime/peer_address.hpp"

namespace lars::runtime {

/// Resolves the peer's name and connects `socket` to the first of its addresses that accepts, all
/// within `timeout`.
///
/// Returns no error exactly when `socket` is open and connected. Errors are those of the resolver
/// and of connect(2), of the last address tried; timed_out when the time is over. A name is
/// resolved on a thread of Asio's, a numeric address at once. Runs on the socket's executor, to
/// which `socket` belongs; a cancelled call ends at once.
Awaitable<error_code> connect(
    tcp::socket& socket, const PeerAddress& peer, std::chrono::milliseconds timeout
);

}  // namespace lars::runtime
