#pragma once

#include "runtime/asio.hpp"

#include <boost/asio/buffer.hpp>

#include <cstdint>
#include <span>

namespace lars::runtime {

/// The connected byte stream under a session: whatever a session does to its transport goes through
/// here. It is plain TCP; another transport (TLS) would be another way to be made, and another
/// branch in read_some(), write_some() and close().
///
/// Belongs to the executor of its socket. At most one read and one write may be under way at a
/// time; close() ends both with operation_aborted, and so does cancellation of who awaits them.
class Stream {
public:
    /// Takes over a connected socket, and sets its options: no delay for small frames, and
    /// keepalive that notices a vanished host within half a minute.
    explicit Stream(tcp::socket socket);

    asio::any_io_executor executor() { return socket_.get_executor(); }

    /// Reads at least one byte and at most as many as fit; co_await returns [error, bytes]. The
    /// error is eof when the peer has shut down its sending side.
    auto read_some(std::span<std::uint8_t> into) {
        return socket_.async_read_some(asio::buffer(into.data(), into.size()), nothrow);
    }
    /// Writes at least one byte, and as many as the kernel takes; co_await returns [error, bytes].
    /// The buffers must stay until then.
    auto write_some(std::span<const asio::const_buffer> buffers) {
        return socket_.async_write_some(buffers, nothrow);
    }

    struct Written {
        error_code error;
        std::size_t size = 0;
    };
    /// Writes what the kernel takes now, which may be nothing.
    Written try_write_some(std::span<const asio::const_buffer> buffers);

    void close();
    bool is_open() const { return socket_.is_open(); }

    /// The two ends when the stream was made; unspecified (0.0.0.0:0) if the peer was gone by then.
    const tcp::endpoint& remote() const { return remote_; }
    const tcp::endpoint& local() const { return local_; }

private:
    tcp::socket socket_;
    tcp::endpoint remote_;
    tcp::endpoint local_;
};

}  // namespace lars::runtime
