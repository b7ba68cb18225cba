#pragma once

#include "store/engine/database.hpp"
#include "store/stored_route.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace lars::store {

/// Routes with their policies, and what changed of them, as dns follows them.
class ChangeFeed {
public:
    explicit ChangeFeed(Database& database) : database_(database) {}

    /// The few small rows that tell whether anything changed.
    Awaitable<Result<StorePosition>> latest();
    /// The version alone.
    Awaitable<Result<std::uint64_t>> version();
    Awaitable<Result<RouteSnapshot>> snapshot();
    Awaitable<Result<RouteChanges>> changes_since(Position position);
    /// Computed in the database.
    Awaitable<Result<RangeSums>> sum_ranges(Position position, std::vector<ModuleRange> ranges);
    Awaitable<Result<RangeRoutes>> read_range(Position position, ModuleRange range);
    /// Computed in the database.
    Awaitable<Result<NamesSum>> sum_names(Position position);
    Awaitable<Result<AllNames>> read_names(Position position);
    /// Removes a bounded number of log entries older than that, never the newest, and of edits that
    /// the history doesn't keep. Answers how many; more may be left when it isn't 0.
    Awaitable<Result<std::size_t>> prune(std::chrono::seconds age);

private:
    Database& database_;
};

}  // namespace lars::store
