#pragma once

#include "store/engine/database.hpp"
#include "store/route_diff.hpp"
#include "store/route_row.hpp"
#include "store/stored_route.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace lars::store {

struct RouteListing {
    std::vector<RouteRow> rows;  ///< sorted; instances are left out
    std::vector<SplitRow> splits;
    Flaws flaws;  ///< of rows that are left out, because dns doesn't serve them
};

/// What became of rows that were put.
struct PutCount {
    std::size_t added = 0;
    std::size_t changed = 0;  ///< were there, and have another weight, zone or tags now
    std::size_t present = 0;  ///< were there, changed or not
};

struct Confirmation {
    std::uint64_t version = 0;
    std::uint64_t rows = 0;
    std::size_t adopted = 0;  ///< other stores, routes of which agents have brought
};

/// Says in the caller's transaction that the table is right as it is: raises the version above all
/// that agents can have brought, and adopts the stores whose routes they brought.
Awaitable<Confirmation> confirm_routes(Connection& connection);

/// Called with how many rows of an edit are done, maybe on another thread.
using Progress = std::function<void(std::size_t done)>;

/// RouteEdits::put in the caller's transaction. The rows and `progress` outlive it.
Awaitable<PutCount> put_routes(
    Connection& connection, const std::vector<RouteRow>& rows, const Progress& progress
);
/// RouteEdits::remove without its audit entry.
Awaitable<std::size_t> remove_routes(Connection& connection, const std::vector<RouteRow>& rows);
/// RouteEdits::read.
Awaitable<RouteListing> read_route_listing(Connection& connection, std::optional<ModuleId> module);

/// RouteData and RouteMore as people edit them. Each edit is all or nothing.
class RouteEdits {
public:
    explicit RouteEdits(Database& database) : database_(database) {}

    /// Rows of one module, or of all, with their weights.
    Awaitable<Result<RouteListing>> read(std::optional<ModuleId> module);
    /// The rows of such a listing.
    Awaitable<Result<std::vector<RouteRow>>> list(std::optional<ModuleId> module);
    /// Adds rows, and gives those that are there already what is said of them. Of several rows for
    /// one endpoint, the last that says something counts.
    Awaitable<Result<PutCount>> put(std::vector<RouteRow> rows, Progress progress = {});
    /// Edits endpoints, of which only the keys are looked at. Answers how many are different now.
    /// One that isn't there is an error.
    Awaitable<Result<std::size_t>> change(std::vector<RouteRow> rows, RouteEdit edit);
    /// With an audit entry: the removal is meant. Answers how many rows are gone. One that isn't
    /// there is an error.
    Awaitable<Result<std::size_t>> remove(std::vector<RouteRow> rows);
    /// Tells every dns that the table is right as it is.
    Awaitable<Result<Confirmation>> confirm();

private:
    Database& database_;
};

}  // namespace lars::store
