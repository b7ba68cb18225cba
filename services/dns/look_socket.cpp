#include "dns/look_socket.hpp"

#include "base/frame.hpp"
#include "runtime/start_error.hpp"

#include <proto/lars.pb.h>

#include <utility>

namespace lars::dns {
namespace {

static_assert(kLookId == ID_Look);

bool is_look(std::span<const std::uint8_t> bytes) {
    return bytes.size() == kFrameHeaderSize &&
           decode_header(bytes.first<kFrameHeaderSize>()) == FrameHeader{kLookId, 0};
}

}  // namespace

LookSocket::LookSocket(
    const asio::any_io_executor& executor,
    const Endpoint& where,
    std::function<void()> on_look,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : on_look_(std::move(on_look)),
      looks_(metrics.counter(
          "lars_dns_looks_total", "Times that somebody said that the store was written to"
      )) {
    try {
        socket_.emplace(executor, where, net::UdpBuffers{64 << 10, 64 << 10});
    } catch (const runtime::StartError& error) {
        log.warn("changes are only found by polling: {}", error.what());
    }
}

Awaitable<> LookSocket::run() {
    while (socket_) {
        co_await socket_->readable();
        bool any = false;
        while (const auto datagram = socket_->receive()) {
            any = any || is_look(datagram->bytes);
        }
        if (!any) continue;
        looks_.add();
        on_look_();
    }
}

}  // namespace lars::dns
