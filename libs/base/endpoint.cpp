#include "base/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace lars {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::optional<std::uint16_t> parse_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port > 65535) return {};
    return static_cast<std::uint16_t>(port);
}

bool pton(int family, std::string_view text, void* address) {
    if (text.find('\0') != std::string_view::npos) return false;  // inet_pton would end there
    return inet_pton(family, std::string(text).c_str(), address) == 1;
}

}  // namespace

Endpoint Endpoint::from_ipv4(std::uint32_t ip, std::uint16_t port) {
    Endpoint endpoint;
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), endpoint.address.begin());
    for (int i = 0; i < 4; ++i)
        endpoint.address[12 + i] = static_cast<std::uint8_t>(ip >> (24 - 8 * i));
    endpoint.port = port;
    return endpoint;
}

bool Endpoint::is_ipv4() const {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
}

std::uint32_t Endpoint::ipv4() const {
    if (!is_ipv4()) return 0;
    return std::uint32_t{address[12]} << 24 | std::uint32_t{address[13]} << 16 |
           std::uint32_t{address[14]} << 8 | std::uint32_t{address[15]};
}

std::string address_to_string(const Endpoint& endpoint) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (endpoint.is_ipv4())
        inet_ntop(AF_INET, endpoint.address.data() + 12, text.data(), text.size());
    else
        inet_ntop(AF_INET6, endpoint.address.data(), text.data(), text.size());
    return text.data();
}

std::string to_string(const Endpoint& endpoint) {
    const auto port = std::to_string(endpoint.port);
    if (endpoint.is_ipv4()) return address_to_string(endpoint) + ":" + port;
    // Appended: g++ 12 warns of an overlap, -Wrestrict, where a literal is put before a temporary.
    std::string text(1, '[');
    text += address_to_string(endpoint);
    return text + "]:" + port;
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
    in_addr address{};
    if (!pton(AF_INET, text, &address)) return {};
    return ntohl(address.s_addr);
}

std::optional<Endpoint> parse_endpoint(std::string_view text, PortZero zero) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    const auto port = parse_port(text.substr(colon + 1));
    if (!port || (*port == 0 && zero == PortZero::refused)) return {};

    auto host = text.substr(0, colon);
    if (const auto ip = parse_ipv4(host)) return Endpoint::from_ipv4(*ip, *port);
    if (host.size() < 2 || host.front() != '[' || host.back() != ']') return {};
    host = host.substr(1, host.size() - 2);
    Endpoint endpoint;
    if (!pton(AF_INET6, host, endpoint.address.data())) return {};
    endpoint.port = *port;
    return endpoint;
}

std::string_view why_uncallable(const Endpoint& endpoint) {
    constexpr std::string_view kAny = "it stands for any address";
    constexpr std::string_view kMulticast = "it is a multicast address";
    if (endpoint.is_ipv4()) {
        const auto ip = endpoint.ipv4();
        if (ip == 0) return kAny;
        if (ip == INADDR_BROADCAST) return "it is the broadcast address";
        if (ip >> 28 == 0xE) return kMulticast;
        if (ip >> 28 == 0xF) return "it is a reserved address";
        return {};
    }
    if (endpoint.address.front() == 0xFF) return kMulticast;
    if (endpoint.address == Endpoint().address) return kAny;
    return {};
}

}  // namespace lars
