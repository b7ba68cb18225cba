#pragma once

#include "net/listen.hpp"

#include <boost/asio/ip/udp.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lars::net {

struct Datagram {
    udp::endpoint from;
    std::span<const std::uint8_t> bytes;  ///< valid until the next receive()
};

/// In bytes. The kernel grants no more than net.core.rmem_max and net.core.wmem_max.
struct UdpBuffers {
    /// A burst of every process on the host while the shard is busy.
    std::uint32_t receive = 4 << 20;
    std::uint32_t send = 1 << 20;
};

/// What the kernel says of the datagrams that came.
struct UdpQueue {
    std::uint32_t bytes = 0;    ///< waiting, with the kernel's own memory for each
    std::uint32_t dropped = 0;  ///< for want of room, since the socket was opened; wraps round
};

/// A bound UDP socket, drained without waiting and waited for only when it is empty (each wait
/// costs an epoll_ctl).
class UdpSocket {
public:
    /// Throws StartError.
    UdpSocket(
        const asio::any_io_executor& executor, const Endpoint& where, const UdpBuffers& buffers = {}
    );

    Endpoint local() const;
    /// What the kernel granted.
    UdpBuffers buffers() const;
    UdpQueue queue();

    /// Waits until receive() may have something.
    Awaitable<> readable();
    /// The next datagram, or nothing when there is none for now.
    std::optional<Datagram> receive();
    /// False when the datagram couldn't be sent, because a buffer is full or there is no way: UDP
    /// promises nothing, waiting would hold up everybody else, and the caller counts it.
    bool send(const udp::endpoint& to, std::span<const std::uint8_t> bytes);

    void close();

private:
    udp::socket socket_;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace lars::net
