#include "runtime/listen.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace lars::runtime {
namespace {

// A dns that restarts gets thousands of connections within a second. The kernel allows fewer if
// net.core.somaxconn is lower.
constexpr int kBacklog = 4'096;

[[noreturn]] void fail(const char* transport, const Endpoint& where, const error_code& error) {
    auto text = std::string("cannot listen on ") + transport + ' ' + to_string(where) + ": " +
                error.message();
    if (error == asio::error::address_in_use) {
        text += "; another program has this port: stop it, or choose another port";
    } else if (error == asio::error::access_denied) {
        text += "; ports below 1024 need a privilege";
    }
    throw StartError(text);
}

bool is_absent(const error_code& error) {
    return error == boost::system::errc::address_not_available;
}

// The kernel gives an address that it doesn't have yet to those who say that they mean it.
template <class Socket, class Where>
void bind(Socket& socket, const Where& where, error_code& error) {
    socket.bind(where, error);
    if (!is_absent(error)) return;
    const bool v4 = where.address().is_v4();
    const int on = 1;
    ::setsockopt(
        socket.native_handle(),
        v4 ? IPPROTO_IP : IPPROTO_IPV6,
        v4 ? IP_FREEBIND : IPV6_FREEBIND,
        &on,
        sizeof on
    );
    socket.bind(where, error);
}

}  // namespace

asio::ip::address to_address(const Endpoint& endpoint) {
    if (endpoint.is_ipv4()) return asio::ip::address_v4(endpoint.ipv4());
    return asio::ip::address_v6(endpoint.address);
}

Endpoint to_endpoint(const asio::ip::address& address, std::uint16_t port) {
    if (address.is_v4()) return Endpoint::from_ipv4(address.to_v4().to_uint(), port);
    Endpoint endpoint;
    endpoint.address = address.to_v6().to_bytes();
    endpoint.port = port;
    return endpoint;
}

tcp::acceptor listen_on(const asio::any_io_executor& executor, const Endpoint& where) {
    const tcp::endpoint endpoint(to_address(where), where.port);
    tcp::acceptor acceptor(executor);
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    // A restarted service doesn't wait for its old connections to time out.
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) bind(acceptor, endpoint, error);
    if (!error) acceptor.listen(kBacklog, error);
    if (!error) acceptor.non_blocking(true, error);
    if (error) fail("TCP", where, error);
    return acceptor;
}

udp::socket bind_to(const asio::any_io_executor& executor, const Endpoint& where) {
    const udp::endpoint endpoint(to_address(where), where.port);
    udp::socket socket(executor);
    error_code error;
    socket.open(endpoint.protocol(), error);
    if (!error) bind(socket, endpoint, error);
    if (!error) socket.non_blocking(true, error);
    if (error) fail("UDP", where, error);
    return socket;
}

std::optional<std::string> why_unreachable(const Endpoint& where) {
    const udp::endpoint any_port(to_address(where), 0);
    const int probe = ::socket(any_port.protocol().family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return {};
    const bool bound = ::bind(probe, any_port.data(), static_cast<socklen_t>(any_port.size())) == 0;
    const bool absent = !bound && errno == EADDRNOTAVAIL;
    ::close(probe);
    if (!absent) return {};
    return address_to_string(where) + " isn't an address of this host yet: nobody comes to port " +
           std::to_string(where.port) + " there until it is";
}

}  // namespace lars::runtime
