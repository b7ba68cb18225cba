#pragma once

#include "agent_address.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::client {

/// Connected UDP sockets to the shards of an agent, for one thread at a time. A connected socket
/// learns at once when nobody listens.
class Channel {
public:
    /// How often a question is sent within the timeout.
    static constexpr int kTries = 3;

    Channel(const AgentAddress& agent, std::chrono::milliseconds timeout);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// What the caller encodes before it is sent.
    std::string& out() { return out_; }
    std::uint32_t next_seq() { return ++seq_; }

    bool send(std::uint32_t shard);
    /// Sends, again if need be, until `accept` says that a datagram is the answer, or the timeout.
    bool exchange(std::uint32_t shard, const std::function<bool(std::string_view)>& accept);

    /// Made before the last fork(): its sockets are shared with the other process.
    bool forked() const;

private:
    enum class Wait { answered, timed_out, refused };

    int socket_of(std::uint32_t shard);
    Wait await(
        int socket,
        std::chrono::steady_clock::time_point until,
        const std::function<bool(std::string_view)>& accept
    );

    AgentAddress agent_;
    std::chrono::milliseconds timeout_;
    std::vector<int> sockets_;  // by shard; -1: not opened yet
    std::string out_;
    std::vector<char> in_;
    std::uint32_t seq_;
    unsigned generation_;
};

}  // namespace lars::client
