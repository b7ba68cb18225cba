#include "callers.hpp"

#include "hotpath/messages.hpp"
#include "support/peer.hpp"

#include <memory>
#include <random>

namespace lars::bench {
namespace {

// An answer may be lost: the agent may be short of CPU, and its socket full.
constexpr int kTimeoutMs = 200;
constexpr auto kPause = std::chrono::milliseconds(1);

/// One program, with a socket for each shard.
class Caller {
public:
    explicit Caller(const std::vector<std::uint16_t>& ports) {
        for (const auto port : ports) shards_.push_back(std::make_unique<test::UdpPeer>(port));
    }

    void call(ModuleId module) {
        auto& shard = *shards_[shard_of(module, shards_.size())];
        std::string datagram;
        messages_.get_host(module, ++sequence_, datagram);
        shard.send(datagram);
        const auto answer = shard.receive(kTimeoutMs);
        const auto* host = answer ? messages_.answer(*answer) : nullptr;
        if (!host || !host->has_host()) return;
        messages_.report(*host, datagram);
        shard.send(datagram);
    }

private:
    std::vector<std::unique_ptr<test::UdpPeer>> shards_;
    Messages messages_;
    std::uint32_t sequence_ = 0;
};

void call_until(
    const std::stop_token& stop, const std::vector<std::uint16_t>& ports, std::int32_t modules
) {
    Caller caller(ports);
    std::minstd_rand random(ports.front());
    std::uniform_int_distribution<std::int32_t> any_module(1, modules);
    while (!stop.stop_requested()) {
        caller.call({any_module(random), 1});
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace

Callers::Callers(const std::vector<std::vector<std::uint16_t>>& agents, std::int32_t modules) {
    for (const auto& ports : agents) {
        threads_.emplace_back([ports, modules](const std::stop_token& stop) {
            call_until(stop, ports, modules);
        });
    }
}

}  // namespace lars::bench
