#include "net/udp_socket.hpp"

#include <linux/sock_diag.h>

#include <algorithm>
#include <cerrno>

namespace lars::net {
namespace {

// Datagrams in a row that are received one by one before batches are tried: recvmmsg costs more
// than recvfrom where nothing waits behind the first.
constexpr std::size_t kSingly = 2;

template <class Option>
std::uint32_t size_of(const udp::socket& socket) {
    Option option;
    socket.get_option(option);
    return static_cast<std::uint32_t>(option.value());
}

void point(msghdr& header, udp::endpoint& peer, iovec& buffer) {
    header.msg_name = peer.data();
    header.msg_iov = &buffer;
    header.msg_iovlen = 1;
}

}  // namespace

UdpSocket::UdpSocket(
    const asio::any_io_executor& executor, const Endpoint& where, const UdpBuffers& buffers
)
    : socket_(runtime::bind_to(executor, where)),
      memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kBatch * kLargestDatagram)) {
    socket_.set_option(udp::socket::receive_buffer_size(static_cast<int>(buffers.receive)));
    socket_.set_option(udp::socket::send_buffer_size(static_cast<int>(buffers.send)));
    for (std::size_t slot = 0; slot < kBatch; ++slot) {
        in_.buffers[slot] = {memory_of(slot), kLargestDatagram};
        out_.buffers[slot] = {deferred_[slot].data(), 0};
        point(in_.headers[slot].msg_hdr, in_.peers[slot], in_.buffers[slot]);
        point(out_.headers[slot].msg_hdr, out_.peers[slot], out_.buffers[slot]);
    }
}

UdpBuffers UdpSocket::buffers() const {
    return {
        .receive = size_of<udp::socket::receive_buffer_size>(socket_),
        .send = size_of<udp::socket::send_buffer_size>(socket_),
    };
}

UdpQueue UdpSocket::queue() {
    std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t size = sizeof info;
    // Linux before 4.12 doesn't know, and all stays 0.
    ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_MEMINFO, info.data(), &size);
    return {.bytes = info[SK_MEMINFO_RMEM_ALLOC], .dropped = info[SK_MEMINFO_DROPS]};
}

Endpoint UdpSocket::local() const {
    const auto endpoint = socket_.local_endpoint();
    return runtime::to_endpoint(endpoint.address(), endpoint.port());
}

Awaitable<> UdpSocket::readable() {
    co_await socket_.async_wait(udp::socket::wait_read, nothrow);
}

std::optional<Datagram> UdpSocket::receive() {
    if (next_ == in_.count) {
        flush();
        next_ = in_.count = 0;
        const bool some = in_a_row_ < kSingly ? receive_one() : receive_batch();
        in_a_row_ = some ? in_a_row_ + in_.count : 0;
        if (!some) return std::nullopt;
    }
    const auto slot = next_++;
    return Datagram{in_.peers[slot], {memory_of(slot), in_.headers[slot].msg_len}};
}

// Here and in receive_batch(), connection_refused is an ICMP answer to something sent earlier, and
// says nothing about what is waiting here.
bool UdpSocket::receive_one() {
    error_code error;
    do {
        const auto buffer = asio::buffer(memory_of(0), kLargestDatagram);
        const auto size = socket_.receive_from(buffer, in_.peers[0], 0, error);
        in_.headers[0].msg_len = static_cast<unsigned>(size);
    } while (error == asio::error::connection_refused);
    if (error) return false;
    in_.count = 1;
    return true;
}

bool UdpSocket::receive_batch() {
    for (std::size_t slot = 0; slot < kBatch; ++slot) {
        in_.headers[slot].msg_hdr.msg_namelen = static_cast<socklen_t>(in_.peers[slot].capacity());
    }
    const auto socket = socket_.native_handle();
    int count = 0;
    do {
        count = ::recvmmsg(socket, in_.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    } while (count < 0 && errno == ECONNREFUSED);
    if (count <= 0) return false;
    in_.count = static_cast<std::size_t>(count);
    for (std::size_t slot = 0; slot < in_.count; ++slot) {
        in_.peers[slot].resize(in_.headers[slot].msg_hdr.msg_namelen);
    }
    return true;
}

void UdpSocket::send(const udp::endpoint& to, std::span<const std::uint8_t> bytes) {
    if (in_.count <= 1 || bytes.size() > kLargestDeferred) return send_now(to, bytes);
    if (out_.count == kBatch) flush();
    const auto slot = out_.count++;
    std::copy(bytes.begin(), bytes.end(), deferred_[slot].begin());
    out_.buffers[slot].iov_len = bytes.size();
    out_.peers[slot] = to;
    out_.headers[slot].msg_hdr.msg_namelen = static_cast<socklen_t>(to.size());
}

void UdpSocket::flush() {
    const auto socket = socket_.native_handle();
    for (std::size_t done = 0; done < out_.count;) {
        const auto left = static_cast<unsigned>(out_.count - done);
        const auto sent =
            ::sendmmsg(socket, &out_.headers[done], left, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            done += static_cast<std::size_t>(sent);
        } else {
            // The first of what is left can't be sent: it is tried once more alone, and counted.
            const auto& buffer = out_.buffers[done];
            send_now(out_.peers[done], std::span(deferred_[done]).first(buffer.iov_len));
            ++done;
        }
    }
    out_.count = 0;
}

void UdpSocket::send_now(const udp::endpoint& to, std::span<const std::uint8_t> bytes) {
    error_code error;
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    socket_.send_to(buffer, to, 0, error);
    // That was about an earlier datagram, and this one hasn't been tried.
    if (error == asio::error::connection_refused) socket_.send_to(buffer, to, 0, error);
    if (error) ++unsent_;
}

void UdpSocket::close() {
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace lars::net
