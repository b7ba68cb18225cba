#pragma once

#include "base/host_lookup.hpp"
#include "runtime/asio.hpp"
#include "runtime/peer_address.hpp"

namespace lars::runtime {

/// Looks the peer's name up and connects `socket` to the first of its addresses that accepts, all
/// within `timeout`. Each address gets its share of the time that is left, so that one which is
/// silent leaves some to the others.
///
/// Returns no error exactly when `socket` is open and connected. Errors are those of the look-up
/// and of connect(2), of the last address tried; timed_out when its time is over. A numeric address
/// is used at once. Runs on the socket's executor, to which `socket` belongs; a cancelled call ends
/// at once, whatever the name servers do.
Awaitable<error_code> connect(
    tcp::socket& socket,
    const PeerAddress& peer,
    std::chrono::milliseconds timeout,
    HostLookup& lookup = HostLookup::of_process()
);

}  // namespace lars::runtime
