#pragma once

#include "store/engine/dialect.hpp"
#include "store/engine/parameters.hpp"
#include "store/engine/table.hpp"
#include "store/route_row.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::store {

/// The column `owner` of a row that somebody wrote.
inline constexpr std::string_view kNoOwner = "x'00000000000000000000000000000000'";

/// The column `address`, in hexadecimal digits; nothing when it doesn't have 16 bytes.
std::optional<std::array<std::uint8_t, 16>> parse_address(std::string_view digits);

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
