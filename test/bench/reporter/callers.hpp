#pragma once

#include "base/module_id.hpp"

#include <cstdint>
#include <stop_token>
#include <thread>
#include <vector>

namespace lars::bench {

/// Programs of a host that ask their agent for endpoints and report calls, all the time, until they
/// go. A thread for each agent.
class Callers {
public:
    /// Of modules 1/1 to modules/1. `agents`: the ports of each one's shards.
    Callers(const std::vector<std::vector<std::uint16_t>>& agents, std::int32_t modules);

private:
    std::vector<std::jthread> threads_;
};

}  // namespace lars::bench
