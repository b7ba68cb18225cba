#pragma once

#include "base/module_id.hpp"
#include "store/engine/parameters.hpp"
#include "store/engine/table.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lars::store {

/// The two columns of a module.
inline void encode(ModuleId module, Parameters& parameters) {
    parameters.add(static_cast<std::uint64_t>(module.modid));
    parameters.add(static_cast<std::uint64_t>(module.cmdid));
}

inline ModuleId decode_module(std::uint64_t modid, std::uint64_t cmdid) {
    return {static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
}

/// The same of columns that were read as text; nothing when nobody can name it.
inline std::optional<ModuleId> decode_module(std::string_view modid, std::string_view cmdid) {
    const auto first = parse_column<std::int32_t>(modid);
    const auto second = parse_column<std::int32_t>(cmdid);
    if (!first || !second || *first < 0 || *second < 0) return {};
    return ModuleId{*first, *second};
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
