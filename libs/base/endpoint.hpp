#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lars {

/// Address and port of one node. IPv4 is held as an IPv4-mapped IPv6 address.
struct Endpoint {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
    /// Written out, because the default calls memcmp, on the path of every report.
    friend bool operator==(const Endpoint& a, const Endpoint& b) {
        using Halves = std::array<std::uint64_t, 2>;
        return std::bit_cast<Halves>(a.address) == std::bit_cast<Halves>(b.address) &&
               a.port == b.port;
    }

    /// `ip` in host order, the wire's and the tables' form: 192.168.1.177 is 3232235953.
    static Endpoint from_ipv4(std::uint32_t ip, std::uint16_t port);
    bool is_ipv4() const;
    /// The address in host order; 0 when it isn't IPv4.
    std::uint32_t ipv4() const;
};

/// "192.168.1.177", or "2001:db8::1" without brackets.
std::string address_to_string(const Endpoint& endpoint);
/// "192.168.1.177:7777", or "[2001:db8::1]:7777".
std::string to_string(const Endpoint& endpoint);
/// "192.168.1.177" in host order; nothing when it isn't four decimal bytes.
std::optional<std::uint32_t> parse_ipv4(std::string_view text);
/// Reads what to_string writes; the port is 1 to 65535, or 0 with `PortZero::allowed`.
enum class PortZero { refused, allowed };
std::optional<Endpoint> parse_endpoint(std::string_view text, PortZero zero = PortZero::refused);

/// Why no node can be called at this address, in words that follow "no node has this address: ";
/// empty when one can. Refused are 0.0.0.0 and ::, multicast (224.0.0.0/4, ff00::/8), and
/// 240.0.0.0/4, which is reserved and ends with the broadcast address.
std::string_view why_uncallable(const Endpoint& endpoint);

}  // namespace lars

template <>
struct std::hash<lars::Endpoint> {
    std::size_t operator()(const lars::Endpoint& endpoint) const noexcept {
        const auto [high, low] = std::bit_cast<std::array<std::uint64_t, 2>>(endpoint.address);
        // Both halves of a 128-bit product: its low bits alone, which tables use, would know little
        // of an IPv4 address, whose last byte is the topmost here.
        __extension__ using Wide = unsigned __int128;
        const auto product =
            Wide{low ^ 0x9E3779B97F4A7C15ULL} * Wide{high ^ endpoint.port ^ 0xD6E8FEB86659FD93ULL};
        return static_cast<std::size_t>(product ^ (product >> 64));
    }
};
