#include "cli/agent_route.hpp"

#include "client/src/channel.hpp"
#include "wire/frame.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

namespace lars::cli {
namespace {

std::optional<Route> route_in(std::string_view datagram) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(datagram.data());
    const std::span bytes(data, datagram.size());
    if (bytes.size() < kFrameHeaderSize) return {};
    const auto header = decode_header(bytes.first<kFrameHeaderSize>());
    GetRouteResponse response;
    if (header.msgid != ID_API_GetRouteResponse) return {};
    if (!wire::parse_body(bytes.subspan(kFrameHeaderSize), response)) return {};
    std::size_t refused = 0;
    return wire::from_wire(response, refused);
}

}  // namespace

Route query_route(const ClientOptions& options, ModuleId id) {
    const auto agent = client::find_agent(options.agent);
    client::Channel channel(agent, options.timeout);
    GetRouteRequest request;
    wire::set_module(id, request);
    wire::append_frame(channel.out(), ID_API_GetRouteRequest, request);
    Route route;
    const auto accept = [&route, id](std::string_view datagram) {
        auto answer = route_in(datagram);
        if (!answer || answer->module != id) return false;
        route = std::move(*answer);
        return true;
    };
    channel.exchange(static_cast<std::uint32_t>(shard_of(id, agent.shards)), accept);
    return route;
}

}  // namespace lars::cli
