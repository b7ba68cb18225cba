#pragma once

#include "base/route.hpp"

#include <proto/lars.pb.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lars::wire {

/// Writes a policy with its parameters.
void to_wire(const RoutePolicy& policy, Policy& out);

/// Adds hosts to a response one after another until its body would exceed a limit in bytes; then
/// marks the response as truncated. An endpoint of default weight without zone and tags is written
/// as the original writes it. The other fields of the response are set before.
class HostWriter {
public:
    /// Precondition: what is in `out` already fits.
    HostWriter(GetRouteResponse& out, std::size_t max_body);

    /// What an endpoint has beside its address.
    struct Attributes {
        std::uint32_t weight = kDefaultWeight;
        std::string_view zone;
        std::string_view tags;  ///< canonical
        EndpointState state = ENDPOINT_SERVES;
    };

    /// False when the response is full: then nothing more may be added.
    bool add(const Endpoint& endpoint, const Attributes& attributes);

private:
    void truncate();

    GetRouteResponse& out_;
    std::size_t max_body_;
    std::size_t size_;  // of the body
};

/// The answer that carries a route, hosts in its order, cut to at most `max_body` bytes of body and
/// then marked as truncated.
/// `name` is what the module is called; empty: it has no name.
GetRouteResponse to_wire(
    const Route& route, std::uint64_t etag, std::size_t max_body, const std::string& name = {}
);
/// The same for an original agent, which understands IPv4 endpoints only: no etag, weight, zone,
/// tags or policy.
GetRouteResponse to_original(const Route& route, std::size_t max_body);
/// The endpoints that an original agent is shown: those of IPv4. It would call a drained one, so
/// those are left out as long as there is another.
std::vector<Endpoint> shown_to_originals(const Route& route);
/// The answer to a request whose etag is current: where the route is from now, without its hosts.
GetRouteResponse unchanged_route(const Route& route, std::uint64_t etag);

/// The route that an answer carries, in canonical form. Endpoints out of range are left out and
/// added to `refused`; weights above kMaxWeight are that. Zones and tags that aren't ones are left
/// out, and their endpoints stay.
Route from_wire(const GetRouteResponse& response, std::size_t& refused);

}  // namespace lars::wire
