#pragma once

#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::bench {

inline constexpr std::size_t kShards = 3;

/// A UDP server in a process of its own, with a loopback port for each shard; killed with its
/// owner.
class Server {
public:
    /// It prints `before` and its first port, from which the others follow.
    Server(const std::vector<std::string>& command, const std::string& before);

    const std::vector<std::uint16_t>& ports() const { return ports_; }
    pid_t id() const { return process_.id(); }
    /// Of /metrics, from an agent with --admin.
    std::uint16_t admin_port();
    std::string output() const { return process_.output(); }
    /// As systemd does: SIGTERM, and waits until it has ended.
    void stop();

private:
    test::TempDir directory_;
    test::Subprocess process_;
    std::vector<std::uint16_t> ports_;
};

/// lars-agent, with dns and reporter at that loopback port, or the reporter at another.
Server start_agent(
    std::uint16_t upstream,
    const std::vector<std::string>& flags = {},
    std::optional<std::uint16_t> reporter = {}
);

enum class EchoKind {
    blocking,    ///< a loop of recvfrom and sendto for each port
    like_agent,  ///< with the agent's sockets and threads
};
/// Sends each datagram back, but swallows reports.
Server start_echo(EchoKind kind);

}  // namespace lars::bench
