#pragma once

#include "base/endpoint.hpp"

#include <proto/lars.pb.h>

#include <optional>

namespace lars::wire {

/// Writes address and port: `ip` for IPv4, as the original, else `address`.
void to_wire(const Endpoint& endpoint, HostInfo& out);
void to_wire(const Endpoint& endpoint, HostCallResult& out);

/// Reads address and port; nothing when the port isn't from 1 to 65535, an address that is there
/// doesn't have 16 bytes, or no node can have it (why_uncallable).
std::optional<Endpoint> from_wire(const HostInfo& host);
std::optional<Endpoint> from_wire(const HostCallResult& result);

}  // namespace lars::wire
