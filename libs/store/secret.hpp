#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lars::store {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256_of(std::string_view text);

/// From the system's generator. Throws Failure when it has none.
std::vector<std::uint8_t> random_bytes(std::size_t count);

/// Lower-case digits, two for each byte.
std::string hex_of(std::span<const std::uint8_t> bytes);
/// As RFC 4648 has it for URLs, without padding.
std::string to_base64url(std::span<const std::uint8_t> bytes);

}  // namespace lars::store
