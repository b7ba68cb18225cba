#pragma once

#include "store/engine/connection.hpp"
#include "store/stored_route.hpp"

#include <cstdint>
#include <string>

namespace lars::store {

/// What the tables have of some modules' routes, as it is read. RouteData's rows come in two parts:
/// those of the original's columns alone are many, and read as numbers.
struct RouteRows {
    Table plain;     ///< modid, cmdid, serverip, serverport, weight
    TextTable data;  ///< RouteData's others, in the columns of route_column
    TextTable more;  ///< RouteMore's, the same
    TextTable policies;
    TextTable splits;

    std::uint64_t rows() const { return plain.rows() + data.rows() + more.rows(); }
};

/// The columns of `data` and `more`. Texts are cut behind the longest that is allowed.
namespace route_column {
enum Column : std::uint8_t {
    modid,
    cmdid,
    checksum,  ///< of `data` empty where the reader can sum the row up itself
    id,
    serverip,
    serverport,
    weight,
    zone,
    tags,
    owner,  ///< in hexadecimal digits, 32; all 0: nobody
    state,
    address,  ///< in hexadecimal digits; RouteData: none
    host,
    count
};
}  // namespace route_column

/// Of which modules.
struct RowsOf {
    std::string before;     ///< what is joined before the table; empty: nothing
    std::string condition;  ///< {row} is the table's alias; empty: all rows
    Parameters parameters;
};
RowsOf all_rows();
RowsOf rows_of(ModuleId module);
RowsOf rows_of(const ModuleRange& range);
RowsOf rows_changed_since(const Dialect& dialect, std::uint64_t version);

Awaitable<RouteRows> read_route_rows(Connection& connection, RowsOf which);
/// How many rows there are, and the sum of their checksums, of policies and of splits: computed in
/// the database. Neither policies nor splits of modules without rows count.
Awaitable<RowSum> sum_route_rows(Connection& connection, RowsOf which);

}  // namespace lars::store
