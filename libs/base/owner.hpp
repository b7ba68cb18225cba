#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lars {

/// The agent through which instances are registered: 16 random bytes, made once and kept.
using OwnerId = std::array<std::uint8_t, 16>;

/// 32 hexadecimal digits.
std::string to_hex(const OwnerId& owner);
/// Reads them, of either case; nothing when they aren't that.
std::optional<OwnerId> owner_from_hex(std::string_view digits);
/// The first 8 digits, by which people tell owners apart.
std::string short_text(const OwnerId& owner);

}  // namespace lars
