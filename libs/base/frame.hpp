#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lars {

/// The eight bytes before every body: two little-endian int32.
struct FrameHeader {
    std::int32_t msgid = 0;
    std::int32_t msglen = 0;  ///< of the body, without the header

    friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

inline constexpr std::size_t kFrameHeaderSize = 8;

/// The id of a datagram to dns, without a body, that says that the store was written to.
inline constexpr std::int32_t kLookId = 48;

/// Largest body to and from a peer that hasn't said Hello. UDP: 65,507 less the header.
inline constexpr std::size_t kMaxTcpBody = 65'527;
inline constexpr std::size_t kMaxUdpBody = 65'499;
/// Largest body on TCP between peers that have.
inline constexpr std::size_t kMaxHelloBody = std::size_t{4} << 20;

FrameHeader decode_header(std::span<const std::uint8_t, kFrameHeaderSize> bytes);
std::array<std::uint8_t, kFrameHeaderSize> encode_header(FrameHeader header);

}  // namespace lars
