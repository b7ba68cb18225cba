#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lars::bench {

/// What clients do to a server.
struct Load {
    /// Of the shards, in their order.
    std::vector<std::uint16_t> ports;
    /// Asked for at random: modid first_module and so many that follow, each with cmdid 1.
    std::int32_t first_module = 1;
    std::int32_t modules = 3;
    /// By their names, with the ids beside them.
    bool by_name = false;
    enum class Then { nothing, report };
    /// After each answer, before the next request; it isn't answered.
    Then then = Then::nothing;
    /// One of these too, in turn, to any shard; they aren't answered either.
    std::vector<std::string> extras;
    int clients = 1;
    /// Of each client, at most.
    int outstanding = 1;
    /// Of each client, evenly spaced; their latencies count from when they were due. 0: whenever
    /// fewer than `outstanding` are.
    double per_second = 0;
};

/// What happened while it was measured.
struct Sample {
    double seconds = 0;
    double answered = 0;
    /// Requests without an answer for kPatience; each was given up, and made again.
    double lost = 0;
    double extras = 0;
    /// Answers with another code than SUCC.
    double refused = 0;
    double server_cpu_us = 0;
    double client_cpu_us = 0;
    std::vector<double> latencies_us;

    double per_second() const { return answered / seconds; }
    double cpu_us() const { return server_cpu_us / answered; }
};

/// UDP on loopback drops what a full buffer doesn't take.
inline constexpr auto kTimeout = std::chrono::milliseconds(200);

/// Lets the clients, each a thread with a socket, come into full swing, and then measures for so
/// long, or longer if nothing is answered meanwhile. Throws when nothing comes at all.
Sample measure(const Load& load, pid_t server, std::chrono::milliseconds time);

}  // namespace lars::bench
