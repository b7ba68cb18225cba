#pragma once

#include "base/endpoint.hpp"
#include "runtime/asio.hpp"
#include "runtime/start_error.hpp"

#include <optional>
#include <string>

namespace lars::runtime {

/// Between our addresses and Asio's. An IPv4 address stays one: it isn't mapped into IPv6.
asio::ip::address to_address(const Endpoint& endpoint);
Endpoint to_endpoint(const asio::ip::address& address, std::uint16_t port);

// Both of these take an address too that isn't the host's yet, as at a boot before its network is
// up: the socket serves there from when the address comes, without anybody's doing.

/// A TCP socket that listens on `where`, not blocking; port 0 becomes any free one. Throws
/// StartError, which says what to do when the port is taken or needs a privilege.
tcp::acceptor listen_on(const asio::any_io_executor& executor, const Endpoint& where);

/// A UDP socket bound to `where`, not blocking; its port isn't shared with any other socket. Port 0
/// becomes any free one. Throws StartError as listen_on() does.
udp::socket bind_to(const asio::any_io_executor& executor, const Endpoint& where);

/// "192.0.2.1 isn't an address of this host yet …", for as long as that is so. Any thread.
std::optional<std::string> why_unreachable(const Endpoint& where);

}  // namespace lars::runtime
