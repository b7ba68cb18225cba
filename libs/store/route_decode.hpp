#pragma once

#include "store/engine/table.hpp"
#include "store/route_row.hpp"
#include "store/route_rows.hpp"
#include "store/stored_route.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lars::store {

/// The rows that people write, sorted; and those that count as one of them. What is out of range,
/// or at an address that no node has, is left out, but a weight is clamped, and a zone or tags that
/// aren't such are none; all are counted.
std::vector<RouteRow> decode_route_rows(const RouteRows& read, Flaws& flaws);
/// The checksum of one row of `plain`, as signed 64-bit integers.
std::uint32_t row_checksum(std::span<const std::uint64_t> row);
/// One route for each module that has rows, sorted by module, with its policy and splits; those of
/// a module without rows are left aside.
std::vector<StoredRoute> routes_of_rows(const RouteRows& read, std::uint64_t version, Flaws& flaws);
/// As many routes as `modules` (modid, cmdid, rows removed), those without rows too.
std::vector<StoredRoute> routes_of_modules(
    const Table& modules, const RouteRows& read, std::uint64_t version, Flaws& flaws
);
/// Says of each route when rows of it were last removed, as `removals` (modid, cmdid, version) has
/// it; one that has no rows any more is added without.
void note_removals(const Table& removals, std::uint64_t version, std::vector<StoredRoute>& routes);
/// How the change log stands to a reader at `since`: the new position, and whether the log says
/// everything that happened between. `state` is one row: version, its mark, the log's oldest
/// version, the database's clock, the mark at `since`, when the first unread entry was made.
RouteChanges decode_log_state(const Table& state, Position since);

}  // namespace lars::store
