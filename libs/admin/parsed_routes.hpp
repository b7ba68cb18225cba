#pragma once

#include "store/named_routes.hpp"
#include "store/route_row.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lars::admin {

/// What a route's row has in a file: a column of CSV, a member of a JSON object.
enum class RouteField { modid, cmdid, host, port, weight, name, zone, tags };

inline constexpr std::array<std::string_view, 8> kRouteFields{
    "modid", "cmdid", "host", "port", "weight", "name", "zone", "tags"};

/// The texts of one row, by RouteField. Either the ids or the name may be empty, and so may what
/// the row doesn't say: weight, zone and tags.
using RouteTexts = std::array<std::string, kRouteFields.size()>;

/// The rows of a file, and what is wrong with what isn't one.
class ParsedRoutes {
public:
    static constexpr std::size_t kMaxErrors = 20;

    std::vector<store::RouteRow> rows;  ///< of modules without a name
    store::RowsByName named;
    std::vector<std::string> errors;  ///< the first kMaxErrors, each with where it is
    std::size_t refused = 0;          ///< errors that there are

    /// Of all rows.
    std::size_t count() const;
    void refuse(const std::string& where, const std::string& why);
    /// Adds a row, or says what is wrong with it.
    void add(const std::string& where, const RouteTexts& texts);

private:
    void add_named(const std::string& name, const RouteTexts& texts);
};

/// A text of a file in quotes, as it may be shown: cut when it is long, with ? for what a terminal
/// would obey.
std::string quoted(std::string_view text);

}  // namespace lars::admin
