#pragma once

#include "lb/balancer.hpp"

#include <proto/lars.pb.h>

#include <cstdint>

namespace lars::agent {

/// As who watches a module is told.
EndpointState to_wire(lb::State state);
/// A hash (FNV-1a) of the states of all endpoints of a module, in their order.
std::uint64_t states_hash(const lb::Balancer& balancer);

}  // namespace lars::agent
