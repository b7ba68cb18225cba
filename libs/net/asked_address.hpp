#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>

namespace lars::net {

/// The address of this host that a datagram was sent to, as in Endpoint; all zero: not known.
using AskedAddress = std::array<std::uint8_t, 16>;

/// Room beside a datagram for the kernel to say it, or to be told it.
struct alignas(cmsghdr) AskedAddressControl {
    std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> bytes;
};

/// From now on the kernel says it of each datagram that comes to this UDP socket.
void report_asked_addresses(int socket, int family);

/// What the kernel said beside a datagram.
AskedAddress asked_address(msghdr& received);

/// Has a datagram leave from that address, if it is known. The header has its receiver already, and
/// points to `control` afterwards.
void set_asked_address(msghdr& header, AskedAddressControl& control, const AskedAddress& asked);

}  // namespace lars::net
