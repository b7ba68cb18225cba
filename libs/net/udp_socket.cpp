#include "net/udp_socket.hpp"

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>

namespace lars::net {
namespace {

constexpr std::size_t kLargestDatagram = 65'507;

template <class Option>
std::uint32_t size_of(const udp::socket& socket) {
    Option option;
    socket.get_option(option);
    return static_cast<std::uint32_t>(option.value());
}

}  // namespace

UdpSocket::UdpSocket(
    const asio::any_io_executor& executor, const Endpoint& where, const UdpBuffers& buffers
)
    : socket_(bind_to(executor, where)), buffer_(kLargestDatagram) {
    socket_.set_option(udp::socket::receive_buffer_size(static_cast<int>(buffers.receive)));
    socket_.set_option(udp::socket::send_buffer_size(static_cast<int>(buffers.send)));
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
    return to_endpoint(endpoint.address(), endpoint.port());
}

Awaitable<> UdpSocket::readable() {
    co_await socket_.async_wait(udp::socket::wait_read, nothrow);
}

std::optional<Datagram> UdpSocket::receive() {
    while (true) {
        Datagram datagram;
        error_code error;
        const auto size = socket_.receive_from(asio::buffer(buffer_), datagram.from, 0, error);
        if (!error) {
            datagram.bytes = std::span(buffer_).first(size);
            return datagram;
        }
        // An ICMP answer to something sent earlier says nothing about what is waiting here.
        if (error != asio::error::connection_refused) return std::nullopt;
    }
}

bool UdpSocket::send(const udp::endpoint& to, std::span<const std::uint8_t> bytes) {
    error_code error;
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    socket_.send_to(buffer, to, 0, error);
    // That was the news of an earlier datagram; this one hasn't been tried.
    if (error == asio::error::connection_refused) socket_.send_to(buffer, to, 0, error);
    return !error;
}

void UdpSocket::close() {
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace lars::net
