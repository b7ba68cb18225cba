#pragma once

#include "metrics/registry.hpp"
#include "net/udp_socket.hpp"

#include <spdlog/logger.h>

#include <cstddef>
#include <cstdint>

namespace lars::agent {

/// Metrics of what the kernel does with a shard's datagrams: those that wait, those it dropped and
/// those it didn't send. Belongs to the shard's thread.
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

/// Logs a warning if the kernel granted less than was requested, with the command that allows it.
void warn_of_small_buffers(
    const net::UdpSocket& socket, const net::UdpBuffers& requested, spdlog::logger& log
);

}  // namespace lars::agent
