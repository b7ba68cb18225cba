#pragma once

#include "runtime/asio.hpp"
#include "runtime/peer_address.hpp"

#include <proto/lars.pb.h>

#include <optional>
#include <string>

namespace lars::net {

/// What one dns holds back, or why that isn't known.
struct HeldAnswer {
    std::optional<HeldResponse> response;
    std::string error;
};

/// Asks a dns over a connection of its own, within some seconds.
Awaitable<HeldAnswer> ask_held(asio::any_io_executor executor, runtime::PeerAddress dns);

}  // namespace lars::net
