#include "shard_echo.hpp"

#include "base/frame.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <proto/lars.pb.h>

namespace lars::bench {
namespace {

constexpr int kBurst = 32;  // the agent's

}  // namespace

bool swallowed(std::span<const std::uint8_t> datagram) {
    return datagram.size() >= kFrameHeaderSize &&
           decode_header(datagram.first<kFrameHeaderSize>()).msgid == ID_ReportRequest;
}

ShardEcho::Shard::Shard(const asio::any_io_executor& where, std::uint16_t port, spdlog::logger& log)
    : executor(where), socket(where, Endpoint::from_ipv4(0x7F000001, port)), tasks(where, log) {}

Awaitable<> ShardEcho::Shard::serve() {
    while (true) {
        int taken = 0;
        for (; taken < kBurst; ++taken) {
            const auto datagram = socket.receive();
            if (!datagram) break;
            if (!swallowed(datagram->bytes)) socket.send(datagram->from, datagram->bytes);
        }
        if (taken == kBurst) {
            co_await asio::post(executor, asio::deferred);
        } else {
            co_await socket.readable();
        }
    }
}

Awaitable<> ShardEcho::Shard::stop() {
    tasks.cancel();
    co_await tasks.join();
    socket.close();
}

ShardEcho::ShardEcho(
    runtime::Runtime& runtime, std::uint16_t first_port, std::size_t shards, spdlog::logger& log
) {
    for (std::size_t i = 0; i < shards; ++i) {
        const auto port = static_cast<std::uint16_t>(first_port == 0 ? 0 : first_port + i);
        shards_.push_back(std::make_unique<Shard>(runtime.executor(i + 1), port, log));
    }
}

std::vector<std::uint16_t> ShardEcho::ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& shard : shards_) ports.push_back(shard->socket.local().port);
    return ports;
}

void ShardEcho::start() {
    for (auto& shard : shards_) shard->tasks.spawn("echo", shard->serve());
}

Awaitable<> ShardEcho::stop() {
    for (auto& shard : shards_) {
        auto stopping = shard->stop();
        co_await asio::co_spawn(shard->executor, std::move(stopping), asio::deferred);
    }
}

}  // namespace lars::bench
