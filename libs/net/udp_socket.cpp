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

void point(msghdr& header, UdpSource& peer, iovec& buffer) {
    header.msg_name = peer.peer.data();
    header.msg_iov = &buffer;
    header.msg_iovlen = 1;
}

}  // namespace

UdpSocket::UdpSocket(
    const asio::any_io_executor& executor, const Endpoint& where, const UdpBuffers& buffers
)
    : socket_(runtime::bind_to(executor, where)),
      on_all_addresses_(runtime::to_address(where).is_unspecified()),
      memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kBatch * kLargestDatagram)) {
    socket_.set_option(udp::socket::receive_buffer_size(static_cast<int>(buffers.receive)));
    socket_.set_option(udp::socket::send_buffer_size(static_cast<int>(buffers.send)));
    if (on_all_addresses_) {
        const auto family = socket_.local_endpoint().protocol().family();
        report_asked_addresses(socket_.native_handle(), family);
    }
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
        std::size_t size = 0;
        if (on_all_addresses_) {
            prepare_to_receive(0);
            const auto got = ::recvmsg(socket_.native_handle(), &in_.headers[0].msg_hdr, 0);
            error = got < 0 ? error_code(errno, boost::system::system_category()) : error_code();
            size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
            if (!error) finish_receiving(0);
        } else {
            const auto buffer = asio::buffer(memory_of(0), kLargestDatagram);
            size = socket_.receive_from(buffer, in_.peers[0].peer, 0, error);
        }
        in_.headers[0].msg_len = static_cast<unsigned>(size);
    } while (error == asio::error::connection_refused);
    if (error) return false;
    in_.count = 1;
    return true;
}

bool UdpSocket::receive_batch() {
    for (std::size_t slot = 0; slot < kBatch; ++slot) prepare_to_receive(slot);
    const auto socket = socket_.native_handle();
    int count = 0;
    do {
        count = ::recvmmsg(socket, in_.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    } while (count < 0 && errno == ECONNREFUSED);
    if (count <= 0) return false;
    in_.count = static_cast<std::size_t>(count);
    for (std::size_t slot = 0; slot < in_.count; ++slot) finish_receiving(slot);
    return true;
}

// The kernel writes sizes where it reads them.
void UdpSocket::prepare_to_receive(std::size_t slot) {
    auto& header = in_.headers[slot].msg_hdr;
    header.msg_namelen = static_cast<socklen_t>(in_.peers[slot].peer.capacity());
    if (!on_all_addresses_) return;
    header.msg_control = in_.controls[slot].bytes.data();
    header.msg_controllen = in_.controls[slot].bytes.size();
}

void UdpSocket::finish_receiving(std::size_t slot) {
    auto& header = in_.headers[slot].msg_hdr;
    in_.peers[slot].peer.resize(header.msg_namelen);
    if (on_all_addresses_) in_.peers[slot].asked = asked_address(header);
}

void UdpSocket::send(const UdpSource& to, std::span<const std::uint8_t> bytes) {
    if (in_.count <= 1 || bytes.size() > kLargestDeferred) return send_now(to, bytes);
    if (out_.count == kBatch) flush();
    const auto slot = out_.count++;
    std::copy(bytes.begin(), bytes.end(), deferred_[slot].begin());
    out_.buffers[slot].iov_len = bytes.size();
    out_.peers[slot] = to;
    auto& header = out_.headers[slot].msg_hdr;
    header.msg_namelen = static_cast<socklen_t>(to.peer.size());
    if (on_all_addresses_) set_asked_address(header, out_.controls[slot], to.asked);
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

void UdpSocket::send_now(const UdpSource& to, std::span<const std::uint8_t> bytes) {
    error_code error;
    try_to_send(to, bytes, error);
    // That was about an earlier datagram, and this one hasn't been tried.
    if (error == asio::error::connection_refused) try_to_send(to, bytes, error);
    if (error) ++unsent_;
}

void UdpSocket::try_to_send(
    const UdpSource& to, std::span<const std::uint8_t> bytes, error_code& error
) {
    if (!on_all_addresses_) {
        socket_.send_to(asio::buffer(bytes.data(), bytes.size()), to.peer, 0, error);
        return;
    }
    auto peer = to.peer;
    iovec buffer{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    AskedAddressControl control;
    msghdr header{};
    header.msg_name = peer.data();
    header.msg_namelen = static_cast<socklen_t>(peer.size());
    header.msg_iov = &buffer;
    header.msg_iovlen = 1;
    set_asked_address(header, control, to.asked);
    const auto sent = ::sendmsg(socket_.native_handle(), &header, MSG_DONTWAIT | MSG_NOSIGNAL);
    error = sent < 0 ? error_code(errno, boost::system::system_category()) : error_code();
}

void UdpSocket::close() {
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace lars::net
