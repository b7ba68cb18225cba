#pragma once

#include "store/names.hpp"
#include "store/route_edits.hpp"

#include <map>
#include <string>
#include <vector>

namespace lars::store {

/// Rows of a module that is known by its name.
struct NamedRows {
    /// What to call it if there is no such name yet; else what it must be. None: a new one gets
    /// ids.
    std::optional<ModuleId> module;
    std::vector<RouteRow> rows;  ///< of whichever module: it is replaced
};
using RowsByName = std::map<std::string, NamedRows>;

struct NamedPutCount {
    PutCount count;
    std::vector<NamedModule> made;  ///< names that weren't there
};

/// RouteData as people edit it who know modules by their names.
class NamedRoutes {
public:
    explicit NamedRoutes(Database& database) : database_(database) {}

    /// As RouteEdits::put, of modules by id and by name. A name that isn't there is made, in the
    /// same transaction.
    Awaitable<Result<NamedPutCount>> put(
        std::vector<RouteRow> rows, RowsByName named, Progress progress = {}
    );

private:
    Database& database_;
};

}  // namespace lars::store
