#pragma once

#include "store/call_rows.hpp"
#include "support/peer.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lars::bench {

/// Agents that send one batch each at a time, encoded before, and wait until it is acknowledged.
class BatchSenders {
public:
    BatchSenders(std::uint16_t port, std::size_t agents);

    /// Each agent's share of the rows. The agents are dealt out to two threads, so that one half
    /// goes on while the other waits. Answers how long it took, in seconds.
    double send(const std::vector<store::CallRow>& rows);

private:
    struct Agent {
        std::unique_ptr<test::TcpPeer> peer;
        std::string instance;
        std::uint64_t sequence = 0;
    };

    static std::string encode(Agent& agent, std::span<const store::CallRow> rows);
    static void await_ack(Agent& agent);

    std::vector<Agent> agents_;
};

}  // namespace lars::bench
