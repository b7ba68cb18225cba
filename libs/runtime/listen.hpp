#pragma once

#include "base/endpoint.hpp"
#include "runtime/asio.hpp"

#include <stdexcept>
#include <string>

namespace lars::runtime {

/// Why a service can't start, in words for its operator.
class StartError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

asio::ip::address to_address(const Endpoint& endpoint);
Endpoint to_endpoint(const asio::ip::address& address, std::uint16_t port);

/// Opens, binds and listens. Throws StartError, which names the port when it is taken.
tcp::acceptor listen_on(const asio::any_io_executor& executor, const Endpoint& where);
/// Opens and binds; the port isn't shared with any other socket. Throws StartError.
udp::socket bind_to(const asio::any_io_executor& executor, const Endpoint& where);

}  // namespace lars::runtime
