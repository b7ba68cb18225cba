#pragma once

#include "base/route.hpp"

#include <proto/lars.pb.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lars::wire {

/// Writes a policy with its parameters.
void to_wire(const RoutePolicy& policy, Policy& out);

/// Adds hosts to a response one after another until its body would exceed a limit in bytes; then
/// marks the response as truncated. An endpoint of default weight without a zone is written as the
/// original writes it. The other fields of the response are set before.
class HostWriter {
public:
    /// Precondition: what is in `out` already fits.
    HostWriter(GetRouteResponse& out, std::size_t max_body);

    /// False when the response is full: then nothing more may be added.
    bool add(const Endpoint& endpoint, std::uint32_t weight, std::string_view zone);

private:
    void truncate();

    GetRouteResponse& out_;
    std::size_t max_body_;
    std::size_t size_;  // of the body
};

/// The answer that carries a route, hosts in its order, cut to at most `max_body` bytes of body and
/// then marked as truncated.
GetRouteResponse to_wire(const Route& route, std::uint64_t etag, std::size_t max_body);
/// The same for an original agent, which understands endpoints only: no etag, weight, zone or
/// policy. It would call a drained endpoint, so those are left out as long as there is another.
GetRouteResponse to_original(const Route& route, std::size_t max_body);
/// The answer to a request whose etag is current: where the route is from now, without its hosts.
GetRouteResponse unchanged_route(const Route& route, std::uint64_t etag);

/// The route that an answer carries, in canonical form. Endpoints out of range are left out and
/// added to `refused`; weights above kMaxWeight are that.
Route from_wire(const GetRouteResponse& response, std::size_t& refused);

}  // namespace lars::wire
