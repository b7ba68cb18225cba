#include "runtime/listen.hpp"

#include <string>

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
    if (!error) acceptor.bind(endpoint, error);
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
    if (!error) socket.bind(endpoint, error);
    if (!error) socket.non_blocking(true, error);
    if (error) fail("UDP", where, error);
    return socket;
}

}  // namespace lars::runtime
