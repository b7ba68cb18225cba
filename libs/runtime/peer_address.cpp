#include "runtime/peer_address.hpp"

#include <charconv>

namespace lars::runtime {
namespace {

std::optional<PeerAddress> parse_peer(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return {};
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return {};
    }
    PeerAddress peer{std::string(host), 0};
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), peer.port);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    if (!whole || peer.port == 0 || host.empty()) return {};
    return peer;
}

}  // namespace

std::string to_string(const PeerAddress& peer) {
    const bool v6 = peer.host.find(':') != std::string::npos;
    return (v6 ? '[' + peer.host + ']' : peer.host) + ':' + std::to_string(peer.port);
}

std::string to_string(const std::vector<PeerAddress>& peers) {
    std::string text;
    for (const auto& peer : peers) {
        if (!text.empty()) text += ',';
        text += to_string(peer);
    }
    return text;
}

std::optional<std::vector<PeerAddress>> parse_peers(std::string_view text) {
    std::vector<PeerAddress> peers;
    while (true) {
        const auto comma = text.find(',');
        auto peer = parse_peer(text.substr(0, comma));
        if (!peer) return {};
        peers.push_back(std::move(*peer));
        if (comma == std::string_view::npos) return peers;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace lars::runtime
