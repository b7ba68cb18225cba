#pragma once

#include <cstdint>
#include <string>

namespace lars::client {

/// Where the agent is, as people write it.
struct AgentAddress {
    std::string text;        ///< the whole of it, for messages
    std::string host;        ///< a name, or an address without brackets
    std::uint16_t port = 0;  ///< of shard 0
    std::uint32_t shards = 3;
};

/// Reads "host:port[/shards]"; an empty text means LARS_AGENT, or 127.0.0.1:8888/3.
/// Throws std::invalid_argument with what is wrong.
AgentAddress parse_agent(std::string text);

}  // namespace lars::client
