#pragma once

#include "admin/route_target.hpp"
#include "cli/arguments.hpp"
#include "cli/store_access.hpp"
#include "store/engine/url.hpp"
#include "store/named_routes.hpp"
#include "store/route_edits.hpp"
#include "store/route_row.hpp"

#include <optional>
#include <vector>

namespace lars::cli {

using Rows = std::vector<store::RouteRow>;

/// The rows of such a listing.
Rows read_rows(const store::Url& url, std::optional<ModuleId> module);

/// Routes of one module, or of all, with their splits. Rows that aren't served are told on standard
/// error. Throws Failure.
store::RouteListing read_listing(const store::Url& url, std::optional<ModuleId> module);

/// A row of that module for each IP:PORT or HOST:PORT from the word `first` on. Throws UsageError.
Rows rows_of(
    const Arguments& arguments,
    std::size_t first,
    ModuleId module,
    admin::Uncallable uncallable = admin::Uncallable::refused
);

/// A zone, or a tag, of the command line. Throws UsageError when it is none.
const std::string& checked_zone(const std::string& zone);
const std::string& checked_tag(const std::string& tag);

/// Edits endpoints that the module on the command line has, from the word `first` on, and prints
/// how many are different now. Throws UsageError and Failure.
void change_rows(
    const Arguments& arguments,
    std::size_t first,
    const store::Url& url,
    const store::RouteEdit& edit
);

/// Adds rows to the store, with a progress bar, and prints what changed, and which names are new.
/// Throws Failure.
void write_rows(const store::Url& url, Rows rows, store::RowsByName named);

}  // namespace lars::cli
