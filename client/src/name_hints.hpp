#pragma once

#include "base/module_id.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace lars::client {

/// For which modules names were answered lately, so that a question goes to the shard that holds
/// the module. A guess: names that share a place are taken for one another, and the agent then
/// forwards the question. Never locks nor allocates; thread-safe, also in the child of a fork().
class NameHints {
public:
    /// What the name stood for last, as far as is known; else `otherwise`.
    ModuleId find(std::string_view name, ModuleId otherwise) const {
        const auto packed = place(name).load(std::memory_order_relaxed);
        if (packed == 0) return otherwise;
        return {
            static_cast<std::int32_t>((packed - 1) >> 32),
            static_cast<std::int32_t>((packed - 1) & 0xFFFFFFFF)};
    }

    void note(std::string_view name, ModuleId module) {
        if (name.empty() || !module.valid()) return;
        const auto high = std::uint64_t{static_cast<std::uint32_t>(module.modid)} << 32;
        const auto packed = (high | static_cast<std::uint32_t>(module.cmdid)) + 1;
        auto& at = place(name);
        if (at.load(std::memory_order_relaxed) != packed)
            at.store(packed, std::memory_order_relaxed);
    }

private:
    using Place = std::atomic<std::uint64_t>;  // 0: nothing; else the ids, and one more

    const Place& place(std::string_view name) const {
        return places_[std::hash<std::string_view>()(name) % places_.size()];
    }
    Place& place(std::string_view name) {
        return places_[std::hash<std::string_view>()(name) % places_.size()];
    }

    std::array<Place, 512> places_{};
};

}  // namespace lars::client
