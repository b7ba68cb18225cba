#pragma once

#include "base/endpoint.hpp"
#include "lb/policy.hpp"
#include "sim/server.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lars::sim {

/// What a policy may be shown that no caller sees: the servers themselves. Only oracle and prequal
/// look.
struct World {
    std::span<const Server> servers;

    /// Which of the servers an endpoint is.
    static std::uint32_t server_of(const Endpoint& endpoint);
    static Endpoint endpoint_of(std::size_t server);
};

/// The policies that are compared, in the order of the tables.
const std::vector<std::string>& policy_names();
/// One of policy_names(), or one of libs/lb with parameters: "adaptive:failure_penalty=5:…". Throws
/// std::invalid_argument on others.
std::unique_ptr<lb::Policy> make_policy(const std::string& name, const World& world);

}  // namespace lars::sim
