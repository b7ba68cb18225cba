#pragma once

#include "store/engine/dialect.hpp"
#include "store/engine/parameters.hpp"
#include "store/engine/table.hpp"
#include "store/route_row.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lars::store {

/// A row that somebody wrote, where it stands; all of it is said.
struct PresentRow {
    std::uint64_t id = 0;
    RouteRow row;
};

/// How rows of one of the two tables are found and edited, several by a statement. Rows with an
/// owner aren't touched.
struct RouteTableSql {
    std::string (*select)(const Dialect& dialect, std::size_t rows);  ///< by key, for update
    std::string (*insert)(const Dialect& dialect, std::size_t rows);
    std::string (*update)(const Dialect& dialect, std::size_t rows);
    std::string (*remove)(const Dialect& dialect, std::size_t rows);  ///< by id
    void (*encode_key)(const RouteRow& row, Parameters& parameters);
    void (*encode_insert)(const RouteRow& row, Parameters& parameters);
    void (*encode_update)(const PresentRow& row, Parameters& parameters);
    bool route_data;
};

/// RouteData's and RouteMore's.
const std::vector<RouteTableSql>& route_tables();

/// A row's id.
void encode_id(const PresentRow& row, Parameters& parameters);
/// What `select` reads.
std::vector<PresentRow> decode_present(const TextTable& table);

}  // namespace lars::store
