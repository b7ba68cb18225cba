#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
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

/// Integers only, as nearly all values of the schema are. A negative one is read as two's
/// complement, and NULL as 0.
using Table = ResultSet<std::uint64_t>;
/// Any columns, as the database writes them. NULL is an empty text.
using TextTable = ResultSet<std::string>;

/// The number in a column that the database wrote as text. None: it isn't one, or out of range.
template <class T>
std::optional<T> parse_column(std::string_view text) {
    T value{};
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return {};
    return value;
}

}  // namespace lars::store
