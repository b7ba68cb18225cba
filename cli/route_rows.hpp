#pragma once

#include "cli/arguments.hpp"
#include "store/engine/url.hpp"
#include "store/named_routes.hpp"
#include "store/route_row.hpp"

#include <optional>
#include <vector>

namespace lars::cli {

using Rows = std::vector<store::RouteRow>;

/// Routes of one module, or of all. Rows that aren't served are told on standard error. Throws
/// Failure.
Rows read_rows(const store::Url& url, std::optional<ModuleId> module);

/// A row of that module for each IP:PORT from the word `first` on, each with that weight. Throws
/// UsageError.
Rows rows_of(
    const Arguments& arguments,
    std::size_t first,
    ModuleId module,
    std::optional<std::uint32_t> weight,
    Uncallable uncallable = Uncallable::refused
);

/// Adds rows to the store, with a progress bar, and prints what changed, and which names are new.
/// Throws Failure.
void write_rows(const store::Url& url, Rows rows, store::RowsByName named);

}  // namespace lars::cli
