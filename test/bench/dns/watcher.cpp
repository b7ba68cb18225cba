#include "watcher.hpp"

#include "marker.hpp"
#include "wire/frame.hpp"
#include "wire/identity.hpp"

#include <stdexcept>

namespace lars::bench {
namespace {

bool is_route(const std::string& frame) {
    return frame[0] == ID_GetRouteResponse;  // little-endian, and no id of ours is above 127
}

}  // namespace

Watcher::Watcher(std::uint16_t port) : peer_(port) {
    const wire::Identity self{.role = ROLE_AGENT, .shards = 3};
    peer_.send(*wire::encode_frame(ID_Hello, wire::hello_of(self)));
}

void Watcher::ask(int modid) {
    GetRouteRequest request;
    request.set_modid(modid);
    request.set_cmdid(1);
    peer_.send(*wire::encode_frame(ID_GetRouteRequest, request));
    next_route(modid);
}

void Watcher::await_marker(int modid, std::uint32_t marker) {
    while (marker_of(next_route(modid)) < marker) {
    }
}

GetRouteResponse Watcher::next_route(int modid) {
    while (const auto frame = peer_.receive_frame()) {
        GetRouteResponse route;
        if (!is_route(*frame)) continue;
        if (!route.ParseFromString(frame->substr(kFrameHeaderSize))) break;
        if (route.modid() == modid) return route;
    }
    throw std::runtime_error("no route of module " + std::to_string(modid) + "/1");
}

}  // namespace lars::bench
