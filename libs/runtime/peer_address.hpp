#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::runtime {

/// A peer by name or numeric address, as configured.
struct PeerAddress {
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

std::string to_string(const PeerAddress& peer);
/// "host:port" or "[v6]:port", several separated by commas; nothing when one is malformed.
std::optional<std::vector<PeerAddress>> parse_peers(std::string_view text);

}  // namespace lars::runtime
