#pragma once

#include "channel.hpp"
#include "codec.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <vector>

namespace lars::client {

/// The client's requests, over channels that threads borrow. Thread-safe.
class Requests {
public:
    /// `wait`: how long an answer may wait for a module that the agent has to learn first.
    Requests(
        const AgentAddress& agent, std::chrono::milliseconds timeout, std::chrono::milliseconds wait
    );

    // Each answers a return code of the wire: 0 SUCC, 1 OVERLOAD, 2 SYSTEM_ERROR, 3 NOEXIST.
    int get_host(Module module, Endpoint& endpoint);
    int get_route(Module module, std::vector<Endpoint>& endpoints);
    int report(
        Module module,
        const Endpoint& endpoint,
        std::int32_t retcode,
        std::optional<std::uint32_t> latency_us
    );
    int reg_init(Module module);

private:
    // Threads are dealt over these, so that two seldom meet at one lock.
    struct Stripe {
        std::mutex mutex;
        std::vector<std::unique_ptr<Channel>> free;
    };
    class Borrowed;

    std::uint32_t shard_of(Module module) const;

    AgentAddress agent_;
    std::chrono::milliseconds timeout_;
    std::uint32_t wait_ms_;
    std::array<Stripe, 16> stripes_;
};

}  // namespace lars::client
