#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

namespace lars::client {

/// Where the agent is.
struct AgentAddress {
    sockaddr_in6 address{};  ///< of shard 0; IPv4 in the first bytes as a sockaddr_in
    socklen_t size = 0;
    std::uint32_t shards = 3;

    /// The address of one shard.
    AgentAddress of_shard(std::uint32_t shard) const;
};

/// Reads "host:port[/shards]", names too; an empty text means LARS_AGENT, or 127.0.0.1:8888/3.
/// Throws std::invalid_argument with what is wrong.
AgentAddress find_agent(std::string text);

}  // namespace lars::client
