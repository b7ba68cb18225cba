#pragma once

#include "base/fnv1a.hpp"

#include <cstdint>
#include <string_view>

namespace lars {

/// The 64-bit hash by which clients of all languages turn a text into a hash key: FNV-1a, then
/// the last step of MurmurHash3 (Appleby, `fmix64`), since the last bytes of a text move few of
/// FNV's high bits. docs/protocol.md has it with its test vectors.
constexpr std::uint64_t string_hash(std::string_view text) {
    Fnv1a bytes;
    bytes.add_bytes(text);
    auto hash = bytes.value();
    hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
    hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
    return hash ^ (hash >> 33);
}

}  // namespace lars
