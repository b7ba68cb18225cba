#pragma once

#include "metrics/registry.hpp"
#include "net/udp_socket.hpp"

#include <spdlog/logger.h>

#include <functional>
#include <optional>

namespace lars::dns {

/// Takes word by UDP that something was written to the store. Anybody may say so: it costs one look
/// at the store, and RouteFeed bounds how often there is one. Belongs to one executor.
class LookSocket {
public:
    /// Binds to `where`. Without a socket, as when the port is taken, it is silent.
    LookSocket(
        const asio::any_io_executor& executor,
        const Endpoint& where,
        std::function<void()> on_look,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    bool open() const { return socket_.has_value(); }
    /// Until it is cancelled.
    Awaitable<> run();

private:
    std::optional<net::UdpSocket> socket_;
    std::function<void()> on_look_;
    metrics::Counter& looks_;
};

}  // namespace lars::dns
