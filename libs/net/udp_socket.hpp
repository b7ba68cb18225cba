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

/// A bound UDP socket, drained without waiting and waited for only when it is empty (each wait
/// costs an epoll_ctl).
class UdpSocket {
public:
    /// Throws StartError.
    UdpSocket(const asio::any_io_executor& executor, const Endpoint& where);

    Endpoint local() const;

    /// Waits until receive() may have something.
    Awaitable<> readable();
    /// The next datagram, or nothing when there is none for now.
    std::optional<Datagram> receive();
    /// False when the datagram couldn't be sent: UDP promises nothing, the caller counts it.
    bool send(const udp::endpoint& to, std::span<const std::uint8_t> bytes);

    void close();

private:
    udp::socket socket_;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace lars::net
