#pragma once

#include "hotpath/server.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lars::bench {

/// Calls by what they are of, as /metrics labels them: module, endpoint and result.
using CallCounts = std::map<std::string, std::uint64_t>;

/// What an agent has counted.
struct Accepted {
    std::uint64_t calls = 0;  ///< reported by clients, to endpoints that it knows
    std::uint64_t lost = 0;   ///< without room to wait
    CallCounts by_endpoint;   ///< as they were handed on to the link to the reporter

    Accepted& operator+=(const Accepted& other);
};

/// `lars-agent` on loopback, between a dns and some reporters. It may be started again, and adds up
/// over its lives.
class AgentProcess {
public:
    AgentProcess(std::uint16_t dns, const std::vector<std::uint16_t>& reporters);

    void start();
    /// As systemd does. What it has yet to deliver by then is lost after some seconds.
    void stop();

    /// Of the shards, while it runs.
    const std::vector<std::uint16_t>& ports() const { return agent_->ports(); }
    Accepted accepted();

private:
    std::vector<std::string> command_;
    std::optional<Server> agent_;
    Accepted before_;
};

}  // namespace lars::bench
