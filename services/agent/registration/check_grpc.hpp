#pragma once

#include "agent/registration/check_options.hpp"
#include "runtime/asio.hpp"
#include "runtime/peer_address.hpp"

#include <chrono>
#include <string>

namespace lars::agent {

/// Asks gRPC's standard health service (grpc.health.v1.Health/Check), over a connection of its own
/// without TLS, whether a service serves; empty: the server as a whole.
Awaitable<CheckResult> check_grpc(
    asio::any_io_executor executor,
    runtime::PeerAddress peer,
    std::string service,
    std::chrono::milliseconds timeout
);

}  // namespace lars::agent
