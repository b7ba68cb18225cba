#pragma once

#include "support/peer.hpp"

#include <proto/lars.pb.h>

#include <cstdint>

namespace lars::bench {

/// One agent's session with a dns on loopback, blocking. Throws when dns doesn't answer.
class Watcher {
public:
    explicit Watcher(std::uint16_t port);
    /// Asks for module modid/1, waits for the answer, and is subscribed from then on.
    void ask(int modid);
    /// Waits for the push of that marker, or of a later one.
    void await_marker(int modid, std::uint32_t marker);

private:
    /// The next route of that module; others are passed over.
    GetRouteResponse next_route(int modid);

    test::TcpPeer peer_;
};

}  // namespace lars::bench
