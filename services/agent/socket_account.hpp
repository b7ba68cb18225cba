#pragma once

#include "net/metrics.hpp"
#include "net/udp_socket.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <memory>

namespace lars::agent {

/// Shows in the metrics what becomes of datagrams behind the shard's back.
/// Belongs to the shard's thread.
class SocketAccount {
public:
    SocketAccount(net::UdpSocket& socket, std::size_t shard, net::Metrics& metrics);

    /// Brings the metrics up to date.
    void refresh();

private:
    net::UdpSocket& socket_;
    net::Counter& drops_;
    net::Counter& unsent_;
    std::uint32_t dropped_ = 0;
    std::shared_ptr<std::atomic<std::uint32_t>> queued_;  // the gauge may outlive the shard
};

/// Says so if the kernel granted less than was asked, and what would help.
void warn_of_small_buffers(
    const net::UdpSocket& socket, const net::UdpBuffers& asked, spdlog::logger& log
);

}  // namespace lars::agent
