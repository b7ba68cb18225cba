#pragma once

#include "store/module_content.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lars::store {

/// How a module is to be, by somebody who has seen how it is.
struct ModuleEdit {
    ModuleId module;
    std::string etag;              ///< of the content that was seen
    std::vector<RouteRow> wanted;  ///< all; what isn't said of a row stays as it is
    std::string actor;
};

/// What becomes of an edit.
struct EditOutcome {
    bool conflict = false;  ///< the module isn't as it was seen, and stays as it is: `before`
    ModuleContent before;
    ModuleContent after;
    std::vector<RouteRow> added;
    std::vector<RouteRow> removed;
    std::vector<std::pair<RouteRow, RouteRow>> changed;  ///< as they were, and will be
    std::uint64_t change_id = 0;                         ///< in the history; 0: nothing changed
    std::string etag;                                    ///< of `after`
    std::uint64_t table_rows = 0;                        ///< of all modules, before

    bool changes() const { return !added.empty() || !removed.empty() || !changed.empty(); }
};

/// Whether an edit can be made at all.
Result<void> check_storable(const ModuleEdit& edit);
/// What it does to a module that is as in `before`.
EditOutcome outcome_of(ModuleContent before, const ModuleEdit& edit);
/// "2 added, 1 removed, 3 changed"
std::string summary_of(const EditOutcome& outcome);

}  // namespace lars::store
