#pragma once

#include <cstdint>
#include <string_view>

namespace lars {

/// The 64-bit hash by which clients of all languages turn a text into a hash key: FNV-1a (Fowler,
/// Noll and Vo), then the last step of MurmurHash3 (Appleby, `fmix64`), since the last
/// bytes of a text move few of FNV's high bits. docs/protocol.md has it with its test vectors.
constexpr std::uint64_t string_hash(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
    hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
    return hash ^ (hash >> 33);
}

}  // namespace lars
