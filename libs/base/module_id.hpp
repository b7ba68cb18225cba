#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace lars {

/// One remote service. Both ids are from 0 up; a negative one names no module and is only ever
/// answered NOEXIST.
struct ModuleId {
    std::int32_t modid = 0;
    std::int32_t cmdid = 0;

    friend auto operator<=>(const ModuleId&, const ModuleId&) = default;
    bool valid() const { return modid >= 0 && cmdid >= 0; }
};

/// "modid/cmdid", as people write it.
std::string to_string(ModuleId id);

/// The shard of an agent that owns a module: (int64(modid) + cmdid) mod shards.
/// Precondition: id.valid() and shards > 0.
constexpr std::size_t shard_of(ModuleId id, std::size_t shards) {
    const auto sum = static_cast<std::uint64_t>(std::int64_t{id.modid} + id.cmdid);
    return static_cast<std::size_t>(sum % shards);
}

}  // namespace lars

template <>
struct std::hash<lars::ModuleId> {
    std::size_t operator()(lars::ModuleId id) const noexcept {
        // The ids of one system are dense and small: spread them (multiplier: 2^64 / golden ratio).
        const auto key = (std::uint64_t{static_cast<std::uint32_t>(id.modid)} << 32) |
                         static_cast<std::uint32_t>(id.cmdid);
        const auto mixed = key * 0x9E3779B97F4A7C15ULL;
        return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
};
