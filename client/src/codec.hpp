#pragma once

#include "base/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::client {

/// The messages between a client and its agent: see proto/lars.proto, against which this is
/// tested. Encoders replace `out` with a whole frame; decoders take a whole datagram and answer
/// nothing when it isn't that message.

struct Module {
    std::int32_t modid = 0;
    std::int32_t cmdid = 0;
};

/// `wait_ms`: how long the agent may wait for a module that it has to learn first.
void encode_get_host(std::string& out, Module module, std::uint32_t seq, std::uint32_t wait_ms);
void encode_get_route(std::string& out, Module module);
void encode_report(
    std::string& out,
    Module module,
    const Endpoint& endpoint,
    std::int32_t retcode,
    std::optional<std::uint32_t> latency_us
);

struct HostAnswer {
    std::uint32_t seq = 0;
    Module module;
    std::int32_t retcode = 0;
    Endpoint endpoint;
};
std::optional<HostAnswer> decode_host_answer(std::string_view datagram);

struct RouteAnswer {
    Module module;
    std::vector<Endpoint> endpoints;
};
std::optional<RouteAnswer> decode_route_answer(std::string_view datagram);

}  // namespace lars::client
