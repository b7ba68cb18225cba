#pragma once

#include "base/owner.hpp"

#include <cstdint>
#include <string>

namespace lars::agent {

/// Who this agent is as an owner of instances.
struct OwnerIdentity {
    OwnerId id{};
    std::uint64_t start = 1;  ///< how often it has started as that
};

/// Reads who this agent was from the file `agent-owner` of its state directory, or makes it
/// somebody new, and counts this start. An empty directory: somebody new at each start. Throws
/// StartError.
OwnerIdentity open_identity(const std::string& directory);

}  // namespace lars::agent
