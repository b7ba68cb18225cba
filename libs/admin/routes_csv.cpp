#include "admin/routes_csv.hpp"

#include "admin/csv_reader.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace lars::admin {
namespace {

/// Which field each column holds.
using Columns = std::vector<RouteField>;

const Columns kUsualColumns{
    RouteField::modid, RouteField::cmdid, RouteField::host, RouteField::port, RouteField::weight};

// What a heading may name besides.
const Columns kAllColumns{
    RouteField::modid,
    RouteField::cmdid,
    RouteField::host,
    RouteField::port,
    RouteField::weight,
    RouteField::name,
    RouteField::zone,
    RouteField::tags};

std::string_view name_of(RouteField field) {
    return kRouteFields[static_cast<std::size_t>(field)];
}

std::string names_of(const Columns& columns) {
    std::string names;
    for (const auto field : columns) {
        if (!names.empty()) names += ',';
        names += name_of(field);
    }
    return names;
}

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::optional<RouteField> field_called(std::string name) {
    std::ranges::transform(name, name.begin(), lower);
    for (const auto field : kAllColumns) {
        if (name == name_of(field)) return field;
    }
    return {};
}

// Where the numbers of a row would be, there are names. A first line whose names aren't ours is
// meant as a heading too.
bool is_heading(const CsvRecord& record, bool first) {
    const auto& cells = record.cells;
    const auto is_ours = [](const std::string& cell) { return field_called(cell).has_value(); };
    const auto is_number = [](const std::string& cell) {
        return !cell.empty() && (cell[0] == '-' || (cell[0] >= '0' && cell[0] <= '9'));
    };
    if (std::ranges::any_of(cells, is_number)) return false;
    return (first && cells.size() > 1) || std::ranges::any_of(cells, is_ours);
}

/// Throws std::invalid_argument.
Columns read_heading(const CsvRecord& record) {
    Columns columns;
    for (const auto& cell : record.cells) {
        const auto field = field_called(cell);
        if (!field) {
            // Left aside, a misspelt weight would be none, and nobody would know.
            throw std::invalid_argument(
                "there is no column " + quoted(cell) + "; the heading's names are " +
                names_of(kAllColumns)
            );
        }
        if (std::ranges::find(columns, *field) != columns.end()) {
            throw std::invalid_argument("two columns are called " + quoted(cell));
        }
        columns.push_back(*field);
    }
    const auto has = [&columns](RouteField field) {
        return std::ranges::find(columns, field) != columns.end();
    };
    for (const auto field : kUsualColumns) {
        const bool is_id = field == RouteField::modid || field == RouteField::cmdid;
        if (has(field) || field == RouteField::weight) continue;
        if (is_id && has(RouteField::name)) continue;
        throw std::invalid_argument(
            "no column is called '" + std::string(name_of(field)) + "'; the heading's names are " +
            names_of(kAllColumns)
        );
    }
    return columns;
}

// Of a line that has no comma.
std::string other_separator(const CsvRecord& record) {
    if (record.cells.size() > 1) return "";
    const auto& text = record.cells.front();
    if (text.find(';') != std::string::npos) return "semicolons";
    return text.find('\t') != std::string::npos ? "tabs" : "";
}

bool may_be_missing(RouteField field) {
    return field == RouteField::weight || field == RouteField::name || field == RouteField::zone ||
           field == RouteField::tags;
}

// Cells that are missing at the end are those that may be empty; those that are too many are empty.
std::optional<RouteTexts> texts_of(const CsvRecord& record, const Columns& columns) {
    const auto& cells = record.cells;
    auto needed = columns.size();
    while (needed > 1 && may_be_missing(columns[needed - 1])) --needed;
    if (cells.size() < needed) return {};
    RouteTexts texts;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i < columns.size()) {
            texts[static_cast<std::size_t>(columns[i])] = cells[i];
        } else if (!cells[i].empty()) {
            return {};
        }
    }
    return texts;
}

}  // namespace

ParsedRoutes parse_csv_routes(std::string_view text) {
    ParsedRoutes parsed;
    CsvReader reader(text);
    auto columns = kUsualColumns;
    bool first = true;
    for (auto record = reader.next(); record; record = reader.next(), first = false) {
        const auto where = "line " + std::to_string(record->line);
        if (!record->error.empty()) {
            parsed.refuse(where, record->error);
            continue;
        }
        const auto separator = other_separator(*record);
        if (!separator.empty()) {
            parsed.refuse(where, "fields are separated by " + separator + "; commas are needed");
            if (first) break;  // and so are those of all other lines
            continue;
        }
        if (is_heading(*record, first)) {
            try {
                columns = read_heading(*record);
            } catch (const std::invalid_argument& wrong) {
                parsed.refuse(where, wrong.what());
                break;  // nothing says what the lines after it mean
            }
            continue;
        }
        if (const auto texts = texts_of(*record, columns)) {
            parsed.add(where, *texts);
        } else {
            parsed.refuse(where, "expected " + names_of(columns));
        }
    }
    return parsed;
}

}  // namespace lars::admin
