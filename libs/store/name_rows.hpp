#pragma once

#include "store/engine/dialect.hpp"
#include "store/engine/table.hpp"
#include "store/stored_route.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Names of modules, as dns reads them.
namespace lars::store {

enum class Named {
    all,
    changed,  ///< modules that the log has after a version, which is the parameter, twice
};

/// Reads names and aliases with their checksums. An alias without a target stands for nothing, and
/// isn't read.
std::string select_names(const Dialect& dialect, Named which);
/// The number of such rows, and the sum of their checksums.
std::string sum_names_sql(const Dialect& dialect);

/// What select_names reads, by module; each has a name, or names that are none. Sorted.
std::vector<ModuleNames> names_of_rows(const TextTable& rows);
/// As many as `modules` (modid, cmdid, rows removed, names removed), those without names too.
std::vector<ModuleNames> names_of_modules(
    const Table& modules, const TextTable& rows, std::uint64_t version
);
/// Says of each module when the last name left it, as `removals` (modid, cmdid, version for rows,
/// version for names) has it; one that has no name any more is added.
void note_name_removals(const Table& removals, std::vector<ModuleNames>& names);

}  // namespace lars::store
