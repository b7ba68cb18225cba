#pragma once

#include "net/udp_socket.hpp"
#include "runtime/runtime.hpp"

#include <memory>
#include <span>
#include <vector>

namespace lars::bench {

/// Whether an echo keeps the datagram, as an agent doesn't answer it either.
bool swallowed(std::span<const std::uint8_t> datagram);

/// An echo with an agent's sockets and threads: context i + 1 of the runtime serves port i. From
/// first_port on, or any ports when that is 0.
class ShardEcho : public runtime::Part {
public:
    ShardEcho(
        runtime::Runtime& runtime, std::uint16_t first_port, std::size_t shards, spdlog::logger& log
    );

    std::string name() const override { return "echo"; }
    void start() override;
    Awaitable<> stop() override;

    std::vector<std::uint16_t> ports() const;

private:
    struct Shard {
        Shard(const asio::any_io_executor& where, std::uint16_t port, spdlog::logger& log);
        Awaitable<> serve();
        Awaitable<> stop();

        asio::any_io_executor executor;
        net::UdpSocket socket;
        runtime::TaskGroup tasks;
    };

    std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace lars::bench
