#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::runtime {

/// Where a peer listens, as somebody configured it: a host's name or numeric address, and a port.
/// The name is resolved anew for each connection.
struct PeerAddress {
    std::string host;        ///< without brackets, if it is an IPv6 address
    std::uint16_t port = 0;  ///< never 0 in what parse_peers() returns

    friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

/// "host:port", or "[host]:port" for an IPv6 address: what parse_peers() reads.
std::string to_string(const PeerAddress& peer);

/// Several, separated by commas.
std::string to_string(const std::vector<PeerAddress>& peers);

/// Reads "host:port" or "[v6]:port", several separated by commas without spaces. Returns nothing if
/// any of them is malformed, or there is none; otherwise at least one.
std::optional<std::vector<PeerAddress>> parse_peers(std::string_view text);

}  // namespace lars::runtime
