#pragma once

#include "base/endpoint.hpp"
#include "sim/server.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace lars::sim {

/// What a policy may be shown that no caller sees: the servers themselves. Only oracle and prequal
/// look.
struct World {
    std::span<const Server> servers;
    /// How far each of them is from the caller, one way; empty: all equally far.
    std::span<const Time> ways = {};

    /// Which of the servers an endpoint is.
    static std::uint32_t server_of(const Endpoint& endpoint);
    static Endpoint endpoint_of(std::size_t server);
};

}  // namespace lars::sim
