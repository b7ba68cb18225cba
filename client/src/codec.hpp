#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "base/route.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lars::client {

/// The messages between a client and its agent: see proto/lars.proto, against which this is
/// tested. Encoders replace `out` with a whole frame; decoders take a whole datagram and answer
/// nothing when it isn't that message.

/// `wait_ms`: how long the agent may wait for a module that it has to learn first.
void encode_get_host(std::string& out, ModuleId module, std::uint32_t seq, std::uint32_t wait_ms);
/// Asks for the endpoints that follow the first `rows` ones of the route of that etag, which the
/// client has already; for all of them, if `rows` is 0 or the agent has another route by now.
void encode_get_route(
    std::string& out, ModuleId module, std::uint64_t etag = 0, std::uint32_t rows = 0
);
void encode_report(
    std::string& out,
    ModuleId module,
    const Endpoint& endpoint,
    std::int32_t retcode,
    std::optional<std::uint32_t> latency_us
);

struct HostAnswer {
    std::uint32_t seq = 0;
    ModuleId module;
    std::int32_t retcode = 0;
    Endpoint endpoint;
};
std::optional<HostAnswer> decode_host_answer(std::string_view datagram);

struct RouteAnswer {
    Route route;             ///< of its endpoints those that the answer holds
    std::uint64_t etag = 0;  ///< 0: from an agent that can't be asked for the rest
    bool truncated = false;  ///< more follow
};
std::optional<RouteAnswer> decode_route_answer(std::string_view datagram);

}  // namespace lars::client
