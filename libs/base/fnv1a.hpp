#pragma once

#include <cstdint>
#include <string_view>

namespace lars {

/// The 64-bit hash FNV-1a (Fowler, Noll and Vo), byte after byte.
class Fnv1a {
public:
    constexpr void add(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001B3; }
    constexpr void add_bytes(std::string_view bytes) {
        for (const char byte : bytes) add(static_cast<std::uint8_t>(byte));
    }
    constexpr std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0xCBF29CE484222325;
};

}  // namespace lars
