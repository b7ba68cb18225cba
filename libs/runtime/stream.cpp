#include "runtime/stream.hpp"

#include <boost/asio/error.hpp>
#include <netinet/tcp.h>

#include <utility>

namespace lars::runtime {
namespace {

// Without keepalive a peer whose host has vanished is noticed after hours. It is TCP's own sign of
// life, so it also covers original peers, which know no Hello.
constexpr int kKeepaliveIdleSeconds = 15;
constexpr int kKeepaliveIntervalSeconds = 5;
constexpr int kKeepaliveProbes = 3;

void set_option(tcp::socket& socket, int level, int name, int value) {
    // An option that can't be set isn't a reason to refuse the connection.
    ::setsockopt(socket.native_handle(), level, name, &value, sizeof value);
}

void set_options(tcp::socket& socket) {
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdleSeconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
    set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveProbes);
    // Frames are gathered by the write queue, so Nagle's delay would only add latency.
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

}  // namespace

Stream::Stream(tcp::socket socket) : socket_(std::move(socket)) {
    error_code ignored;  // a peer may be gone before it is asked for its address
    remote_ = socket_.remote_endpoint(ignored);
    local_ = socket_.local_endpoint(ignored);
    set_options(socket_);
    socket_.non_blocking(true, ignored);
}

Stream::Written Stream::try_write_some(std::span<const asio::const_buffer> buffers) {
    Written written;
    written.size = socket_.write_some(buffers, written.error);
    if (written.error == asio::error::would_block) written.error = {};
    return written;
}

void Stream::close() {
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace lars::runtime
