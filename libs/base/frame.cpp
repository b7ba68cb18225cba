#include "base/frame.hpp"

namespace lars {
namespace {

std::int32_t load(std::span<const std::uint8_t> bytes) {
    const auto value = std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 |
                       std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
    return static_cast<std::int32_t>(value);
}

void store(std::span<std::uint8_t> bytes, std::int32_t signed_value) {
    const auto value = static_cast<std::uint32_t>(signed_value);
    for (int i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace

FrameHeader decode_header(std::span<const std::uint8_t, kFrameHeaderSize> bytes) {
    return {load(bytes.first(4)), load(bytes.subspan(4))};
}

std::array<std::uint8_t, kFrameHeaderSize> encode_header(FrameHeader header) {
    std::array<std::uint8_t, kFrameHeaderSize> bytes{};
    store(std::span(bytes).first(4), header.msgid);
    store(std::span(bytes).subspan(4), header.msglen);
    return bytes;
}

}  // namespace lars
