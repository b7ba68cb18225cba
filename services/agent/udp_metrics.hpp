#pragma once

#include "metrics/registry.hpp"
#include "net/udp_socket.hpp"

#include <spdlog/logger.h>

#include <cstddef>
#include <cstdint>

namespace lars::agent {

/// Shows in the metrics what becomes of datagrams behind the shard's back.
/// Belongs to the shard's thread.
class UdpMetrics {
public:
    UdpMetrics(net::UdpSocket& socket, std::size_t shard, metrics::Registry& metrics);

    /// Brings the metrics up to date.
    void refresh();

private:
    net::UdpSocket& socket_;
    metrics::Counter& drops_;
    metrics::Counter& unsent_;
    std::uint32_t dropped_ = 0;
    metrics::Gauge& queued_;
};

/// Says so if the kernel granted less than was asked, and what would help.
void warn_of_small_buffers(
    const net::UdpSocket& socket, const net::UdpBuffers& asked, spdlog::logger& log
);

}  // namespace lars::agent
