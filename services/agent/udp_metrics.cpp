#include "agent/udp_metrics.hpp"

namespace lars::agent {
namespace {

void warn_if_less(
    const char* what,
    std::uint32_t granted,
    std::uint32_t requested,
    const char* limit,
    spdlog::logger& log
) {
    if (granted >= requested) return;
    log.warn(
        "the kernel grants {} bytes of the {} asked for as {}: sysctl -w {}={} allows them",
        granted,
        requested,
        what,
        limit,
        requested
    );
}

}  // namespace

UdpMetrics::UdpMetrics(net::UdpSocket& socket, std::size_t shard, metrics::Registry& metrics)
    : socket_(socket),
      drops_(metrics.counter(
          "lars_agent_kernel_drops_total",
          "Datagrams that the kernel dropped because a shard's receive buffer was full",
          {{"shard", std::to_string(shard)}}
      )),
      unsent_(metrics.counter("lars_agent_unsent_total", "Answers that the socket didn't take")),
      queued_(metrics.gauge(
          "lars_agent_receive_queue_bytes",
          "Memory of the datagrams that wait for a shard",
          {{"shard", std::to_string(shard)}}
      )) {}

void UdpMetrics::refresh() {
    const auto queue = socket_.queue();
    drops_.add(queue.dropped - dropped_);
    dropped_ = queue.dropped;
    queued_.set(queue.bytes);
    unsent_.add(socket_.take_unsent());
}

void warn_of_small_buffers(
    const net::UdpSocket& socket, const net::UdpBuffers& requested, spdlog::logger& log
) {
    const auto granted = socket.buffers();
    warn_if_less("receive buffer", granted.receive, requested.receive, "net.core.rmem_max", log);
    warn_if_less("send buffer", granted.send, requested.send, "net.core.wmem_max", log);
}

}  // namespace lars::agent
