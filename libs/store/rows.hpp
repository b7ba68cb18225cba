#pragma once

#include "base/route.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lars::store {

/// A result set of integers, row after row; every value of the schema that is read is one.
struct Table {
    std::size_t columns = 0;
    std::vector<std::uint64_t> values;

    std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
    std::span<const std::uint64_t> row(std::size_t index) const {
        return std::span(values).subspan(index * columns, columns);
    }
};

/// Rows of (modid, cmdid, serverip, serverport). What is out of range is left out and counted.
std::vector<RouteRow> decode_route_rows(const Table& table, std::size_t& skipped);
/// One canonical route for each module among the rows, sorted by module.
std::vector<Route> group_routes(const std::vector<RouteRow>& rows, std::uint64_t version);
/// As many routes as `modules` (modid, cmdid), those without rows without endpoints.
std::vector<Route> routes_of_modules(
    const Table& modules, const std::vector<RouteRow>& rows, std::uint64_t version
);
/// Rows of modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, overload.
std::vector<StatusRow> decode_status_rows(const Table& table);
std::vector<std::uint64_t> encode_status_row(const StatusRow& row);
/// modid, cmdid, serverip, serverport.
std::vector<std::uint64_t> encode_route_row(const RouteRow& row);
/// The tables of the original hold IPv4 addresses only.
Result<void> check_storable(const std::vector<RouteRow>& rows);

/// Whether the log of changes, whose first entry has version `oldest` (0: it is empty), says
/// everything that happened after `since`.
bool log_reaches_back(std::uint64_t since, std::uint64_t current, std::uint64_t oldest);

}  // namespace lars::store
