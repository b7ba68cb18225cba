#pragma once

#include "net/asked_address.hpp"
#include "runtime/asio.hpp"

namespace lars::net {

/// Where a datagram came from, and the address of this host that it was sent to. The answer takes
/// the same way back: a peer may take it from nowhere else.
struct UdpSource {
    udp::endpoint peer;
    /// Not known where the socket is bound to one address, which answers leave from anyway.
    AskedAddress asked{};

    friend bool operator==(const UdpSource&, const UdpSource&) = default;
};

}  // namespace lars::net
