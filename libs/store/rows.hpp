#pragma once

#include "base/route.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lars::store {

/// A result set, row after row.
template <class T>
struct ResultSet {
    std::size_t columns = 0;
    std::vector<T> values;

    std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
    std::span<const T> row(std::size_t index) const {
        return std::span(values).subspan(index * columns, columns);
    }
};
/// Of integers, as nearly all values of the schema are.
using Table = ResultSet<std::uint64_t>;
using TextTable = ResultSet<std::string>;

/// Rows of (modid, cmdid, serverip, serverport, weight). What is out of range is left out, but a
/// weight is clamped; both are counted.
std::vector<RouteRow> decode_route_rows(const Table& table, Flaws& flaws);
/// The checksum of one such row, as signed 64-bit integers.
std::uint32_t row_checksum(std::span<const std::uint64_t> row);
/// One route for each module among such rows, sorted by module, with its policy as sql::policies
/// reads them; one without rows is left aside.
std::vector<StoredRoute> routes_of_rows(
    const Table& rows, const TextTable& policies, std::uint64_t version, Flaws& flaws
);
/// As many routes as `modules` (modid, cmdid, rows removed), those without rows too.
std::vector<StoredRoute> routes_of_modules(
    const Table& modules,
    const Table& rows,
    const TextTable& policies,
    std::uint64_t version,
    Flaws& flaws
);
/// The parameters of sql::module_condition.
std::vector<std::uint64_t> encode_module(const std::optional<ModuleId>& module);
/// The parameters of sql::range_condition.
std::vector<std::uint64_t> encode_range(const ModuleRange& range);
std::vector<std::uint64_t> encode_range_twice(const ModuleRange& range);
/// Rows of modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, overload.
std::vector<StatusRow> decode_status_rows(const Table& table);
std::vector<std::uint64_t> encode_status_row(const StatusRow& row);
/// modid, cmdid, serverip, serverport, weight.
std::vector<std::uint64_t> encode_route_row(const RouteRow& row);
/// The tables of the original hold IPv4 addresses only.
Result<void> check_storable(const std::vector<RouteRow>& rows);
/// Sorted, each endpoint of a module once, with the weight that was said last.
std::vector<RouteRow> each_once(const std::vector<RouteRow>& rows);
/// Those of them for which a weight is said.
std::vector<RouteRow> weighted(const std::vector<RouteRow>& rows);
/// That these rows aren't there.
Error not_there(const std::vector<RouteRow>& rows);

/// What sql::log_state answers, as it stands to a reader at `since`: the new position, and whether
/// the log says everything that happened between.
RouteChanges decode_log_state(const Table& state, Position since);

}  // namespace lars::store
