#pragma once

#include "net/udp_source.hpp"
#include "runtime/listen.hpp"

#include <boost/asio/ip/udp.hpp>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace lars::net {

/// One received datagram.
struct Datagram {
    UdpSource from;
    std::span<const std::uint8_t> bytes;  ///< may be empty; valid until the next receive()
};

/// Sizes of the kernel's buffers, in bytes. The kernel grants no more than net.core.rmem_max and
/// net.core.wmem_max.
struct UdpBuffers {
    /// Room for a burst of every process on the host while the socket's owner is busy.
    std::uint32_t receive = 4 << 20;
    std::uint32_t send = 1 << 20;
};

/// The state of the kernel's receive queue; all 0 where the kernel can't say (Linux before 4.12).
struct UdpQueue {
    std::uint32_t bytes = 0;    ///< waiting, including the kernel's own memory for each datagram
    std::uint32_t dropped = 0;  ///< for want of room, since the socket was opened; wraps round
};

/// A bound UDP socket, drained without waiting and waited for only when it is empty (each wait
/// costs an epoll_ctl). Where datagrams come faster than they are handled, they are received and
/// sent in batches. Where it is bound to all addresses of the host, answers leave from the one that
/// was asked; where it is bound to one, that costs nothing.
///
///     while (true) {
///         co_await socket.readable();
///         while (const auto datagram = socket.receive()) socket.send(datagram->from, answer);
///     }
///
/// Belongs to its executor.
class UdpSocket {
public:
    /// Binds to `where`; port 0 becomes any free one. Throws StartError.
    UdpSocket(
        const asio::any_io_executor& executor, const Endpoint& where, const UdpBuffers& buffers = {}
    );
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    Endpoint local() const;
    /// What the kernel granted.
    UdpBuffers buffers() const;
    UdpQueue queue();

    /// Waits until receive() may have something. Returns early, without an error, when cancelled or
    /// closed.
    Awaitable<> readable();
    /// The next datagram, or nothing when there is none for now.
    std::optional<Datagram> receive();
    /// Sends, now or with the other answers to the same batch: at the latest when receive() begins
    /// the next batch or finds nothing, or at flush(). The bytes may go at once.
    void send(const UdpSource& to, std::span<const std::uint8_t> bytes);
    /// Sends what waits. To be called by whoever stops receiving before receive() finds nothing.
    void flush();
    /// Datagrams that couldn't be sent since the last time, because a buffer was full or there was
    /// no way: UDP promises nothing, and waiting would hold up everybody else.
    std::uint64_t take_unsent() { return std::exchange(unsent_, 0); }

    void close();

private:
    static constexpr std::size_t kBatch = 16;
    static constexpr std::size_t kLargestDatagram = 65'507;
    // Bytes. A larger answer isn't kept for a batch: sending it costs so much that a system call of
    // its own doesn't matter.
    static constexpr std::size_t kLargestDeferred = 256;

    struct Batch {
        std::array<mmsghdr, kBatch> headers{};
        std::array<iovec, kBatch> buffers{};
        std::array<UdpSource, kBatch> peers;
        std::array<AskedAddressControl, kBatch> controls;
        std::size_t count = 0;
    };

    std::uint8_t* memory_of(std::size_t slot) { return memory_.get() + slot * kLargestDatagram; }
    bool receive_one();
    bool receive_batch();
    void prepare_to_receive(std::size_t slot);
    void finish_receiving(std::size_t slot);
    void send_now(const UdpSource& to, std::span<const std::uint8_t> bytes);
    void try_to_send(const UdpSource& to, std::span<const std::uint8_t> bytes, error_code& error);

    udp::socket socket_;
    bool on_all_addresses_;
    // Not zeroed: pages that no large datagram touches cost no memory.
    std::unique_ptr<std::uint8_t[]> memory_;
    Batch in_;
    std::size_t next_ = 0;      // of in_: the next datagram to hand out
    std::size_t in_a_row_ = 0;  // received since the socket was last empty
    Batch out_;
    std::array<std::array<std::uint8_t, kLargestDeferred>, kBatch> deferred_;
    std::uint64_t unsent_ = 0;
};

}  // namespace lars::net
