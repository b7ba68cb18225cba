#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "base/route.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lars::client {

/// The messages between a client and its agent: see proto/lars.proto, against which this is
/// tested. Encoders replace `out` with a whole frame; decoders take a whole datagram and answer
/// nothing when it isn't that message.

/// For which call a host is wanted. What it refers to is the caller's.
struct HostQuestion {
    std::string_view name;  ///< of the module; empty: its ids count
    ModuleId module;        ///< with a name: what that stood for lately, if that is known
    std::string_view select;
    std::optional<std::uint64_t> hash_key;
    std::span<const Endpoint> exclude;
    std::uint32_t attempt = 0;
};

/// How a call went.
struct CallReport {
    std::string_view name;  ///< as in HostQuestion
    ModuleId module;
    Endpoint endpoint;
    std::int32_t retcode = 0;
    std::optional<std::uint32_t> latency_us;
    std::optional<float> server_load;
    std::uint32_t attempt = 0;
};

/// `wait_ms`: how long the agent may wait for a module that it has to learn first.
void encode_get_host(
    std::string& out, const HostQuestion& question, std::uint32_t seq, std::uint32_t wait_ms
);
/// Which endpoints are wanted: those that follow the first `rows` ones of the route of that etag,
/// which the client has already; all of them, if `rows` is 0 or the agent has another route by now.
struct RouteQuestion {
    std::string_view name;  ///< as in HostQuestion
    ModuleId module;
    std::uint64_t etag = 0;
    std::uint32_t rows = 0;
    /// Of who watches: the endpoints' states are wanted, too. Who has all rows gets all of them
    /// again if the states have another hash than this, else none.
    std::optional<std::uint64_t> states;
};
void encode_get_route(std::string& out, const RouteQuestion& question);
void encode_report(std::string& out, const CallReport& report);

struct HostAnswer {
    std::uint32_t seq = 0;
    ModuleId module;
    std::int32_t retcode = 0;
    Endpoint endpoint;
    std::uint32_t wait_ms = 0;  ///< after a retry that was refused: when one may be tried again
};
std::optional<HostAnswer> decode_host_answer(std::string_view datagram);

struct RouteAnswer {
    Route route;  ///< of its endpoints those that the answer holds
    /// Of these, as HostInfo has them; of the original agent, or an earlier one, all serve.
    std::vector<std::uint32_t> states;
    std::uint64_t states_hash = 0;  ///< of all of the route
    bool unchanged = false;         ///< the client has it all
    std::uint64_t etag = 0;         ///< 0: from an agent that can't be asked for the rest
    bool truncated = false;         ///< more follow

    friend bool operator==(const RouteAnswer&, const RouteAnswer&) = default;
};
std::optional<RouteAnswer> decode_route_answer(std::string_view datagram);

}  // namespace lars::client
