#pragma once

#include "base/module_id.hpp"
#include "store/engine/parameters.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace lars::store {

/// The two columns of a module.
inline void encode(ModuleId module, Parameters& parameters) {
    parameters.add(static_cast<std::uint64_t>(module.modid));
    parameters.add(static_cast<std::uint64_t>(module.cmdid));
}

inline ModuleId decode_module(std::uint64_t modid, std::uint64_t cmdid) {
    return {static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
}

/// Chooses the rows of one module, or all.
inline const char* module_condition(const std::optional<ModuleId>& module) {
    return module ? "WHERE modid = ? AND cmdid = ? " : "";
}

/// Its parameters.
inline Parameters encode(const std::optional<ModuleId>& module) {
    Parameters parameters;
    if (module) encode(*module, parameters);
    return parameters;
}

}  // namespace lars::store
