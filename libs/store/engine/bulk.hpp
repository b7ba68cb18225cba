#pragma once

#include "store/engine/connection.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <vector>

namespace lars::store {

/// How many rows the next statement of at most `max` takes, of so many that are left: only powers
/// of two, so that each size of a statement is prepared once.
inline std::size_t rows_at_once(std::size_t left, std::size_t max) {
    return std::min(std::bit_floor(left), max);
}

/// All rows in such parts.
template <class Row>
std::vector<std::span<const Row>> parts_of(std::span<const Row> rows, std::size_t max) {
    std::vector<std::span<const Row>> parts;
    while (!rows.empty()) {
        parts.push_back(rows.first(rows_at_once(rows.size(), max)));
        rows = rows.subspan(parts.back().size());
    }
    return parts;
}

template <class Row>
Parameters encode_all(
    std::span<const Row> rows, void (*encode)(const Row& row, Parameters& parameters)
) {
    Parameters parameters;
    for (const auto& row : rows) encode(row, parameters);
    return parameters;
}

/// Changes all rows by statements of several rows each, with the parameters that `encode` adds.
/// Answers how many rows changed. The rows outlive it.
template <class Row>
Awaitable<std::uint64_t> change_rows(
    Connection& connection,
    std::string (*statement)(const Dialect& dialect, std::size_t rows),
    std::span<const Row> rows,
    void (*encode)(const Row& row, Parameters& parameters)
) {
    const auto& dialect = connection.dialect();
    const auto parts = parts_of(rows, dialect.max_rows);
    std::uint64_t changed = 0;
    std::size_t size = 0;
    std::string sql;
    for (const auto part : parts) {
        if (part.size() != size) sql = statement(dialect, part.size());
        size = part.size();
        auto changing = connection.change(sql, encode_all(part, encode));
        const auto of_part = co_await std::move(changing);
        changed += of_part;
    }
    co_return changed;
}

}  // namespace lars::store
