#pragma once

#include "store/engine/connection.hpp"
#include "store/instance_diff.hpp"

#include <map>
#include <string>
#include <vector>

namespace lars::store {

/// Who is said to have done what becomes of an owner's instances.
using Actors = std::map<OwnerId, std::string>;
/// An agent as the audit names it.
std::string actor_of(const OwnerId& owner, const std::string& host);

// In the caller's transaction, which has locked the routes (lock_routes). They throw Failure.

/// The rows that diff_of() needs beside what is wanted.
Awaitable<std::vector<PresentOwnedRow>> read_instances(
    Connection& connection, const WantedRows& wanted
);
/// Does it, with its audit entries.
Awaitable<> apply_instances(Connection& connection, const InstanceDiff& diff, const Actors& actors);

}  // namespace lars::store
