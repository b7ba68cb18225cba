#include "net/udp_socket.hpp"

namespace lars::net {
namespace {

constexpr std::size_t kLargestDatagram = 65'507;
// A burst of every process on the host while the shard is busy; the kernel may grant less.
constexpr int kReceiveBuffer = 4 << 20;

}  // namespace

UdpSocket::UdpSocket(const asio::any_io_executor& executor, const Endpoint& where)
    : socket_(bind_to(executor, where)), buffer_(kLargestDatagram) {
    error_code ignored;
    socket_.set_option(udp::socket::receive_buffer_size(kReceiveBuffer), ignored);
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
    socket_.send_to(asio::buffer(bytes.data(), bytes.size()), to, 0, error);
    return !error;
}

void UdpSocket::close() {
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace lars::net
