#include "store/route_tables.hpp"

#include "base/route.hpp"
#include "store/module_condition.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <system_error>

namespace lars::store {
namespace {

using Columns = std::vector<std::string>;

enum class Which { data, more };

template <Which which>
const char* table_name() {
    return which == Which::data ? "RouteData" : "RouteMore";
}

template <Which which>
Columns key_columns() {
    if constexpr (which == Which::data) return {"modid", "cmdid", "serverip", "serverport"};
    return {"modid", "cmdid", "serverip", "serverport", "address", "host"};
}

template <Which which>
Columns all_columns() {
    auto columns = key_columns<which>();
    columns.insert(columns.end(), {"weight", "zone", "tags"});
    return columns;
}

template <Which which>
std::string select(const Dialect& dialect, std::size_t rows) {
    std::string one;
    for (const auto& column : key_columns<which>()) {
        one += (one.empty() ? "(" : " AND ") + column + " = ?";
    }
    one += ')';
    std::string keys;
    for (std::size_t i = 0; i < rows; ++i) keys += (i == 0 ? "" : " OR ") + one;
    const std::string others = which == Which::data ? "'', ''" : "HEX(address), host";
    return "SELECT id, modid, cmdid, serverip, serverport, weight, zone, tags, " + others +
           " FROM " + table_name<which>() + " WHERE owner = " + std::string(kNoOwner) + " AND (" +
           keys + ")" + std::string(dialect.for_update);
}

template <Which which>
std::string insert(const Dialect&, std::size_t rows) {
    const auto columns = all_columns<which>();
    return "INSERT INTO " + std::string(table_name<which>()) + "(" + joined(columns) + ") VALUES " +
           value_lists(columns.size(), rows);
}

template <Which which>
std::string update(const Dialect& dialect, std::size_t rows) {
    return upsert(dialect, table_name<which>(), {"id"}, all_columns<which>(), rows);
}

template <Which which>
std::string remove(const Dialect&, std::size_t rows) {
    return "DELETE FROM " + std::string(table_name<which>()) + " WHERE id IN " +
           value_lists(rows, 1);
}

template <Which which>
void encode_key(const RouteRow& row, Parameters& parameters) {
    encode(row.module, parameters);
    parameters.add(row.endpoint.ipv4()).add(row.endpoint.port);
    if constexpr (which == Which::data) return;
    const std::span<const std::uint8_t> address(row.endpoint.address);
    parameters.add(row.host.empty() ? address : address.first(0)).add(std::string_view(row.host));
}

template <Which which>
void encode_insert(const RouteRow& row, Parameters& parameters) {
    encode_key<which>(row, parameters);
    parameters.add(row.weight.value_or(kDefaultWeight));
    parameters.add(std::string_view(row.zone ? *row.zone : std::string_view()));
    parameters.add(std::string_view(row.tags ? *row.tags : std::string_view()));
}

template <Which which>
void encode_update(const PresentRow& row, Parameters& parameters) {
    parameters.add(row.id);
    encode_insert<which>(row.row, parameters);
}

template <Which which>
RouteTableSql sql_of() {
    return {
        select<which>,
        insert<which>,
        update<which>,
        remove<which>,
        encode_key<which>,
        encode_insert<which>,
        encode_update<which>,
        which == Which::data};
}

template <class T>
T number(const std::string& text) {
    return parse_column<T>(text).value_or(0);
}

// Only asked for by keys that are rows, so these numbers are in range.
Endpoint endpoint_of(std::span<const std::string> row) {
    const auto port = number<std::uint16_t>(row[4]);
    if (!row[9].empty()) return {.address = {}, .port = port};
    if (const auto address = parse_address(row[8])) return {.address = *address, .port = port};
    return Endpoint::from_ipv4(number<std::uint32_t>(row[3]), port);
}

}  // namespace

std::optional<std::array<std::uint8_t, 16>> parse_address(std::string_view digits) {
    std::array<std::uint8_t, 16> bytes{};
    if (digits.size() != 2 * bytes.size()) return {};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto* const begin = digits.data() + 2 * i;
        const auto [stop, error] = std::from_chars(begin, begin + 2, bytes[i], 16);
        if (error != std::errc() || stop != begin + 2) return {};
    }
    return bytes;
}

const std::vector<RouteTableSql>& route_tables() {
    static const std::vector<RouteTableSql> both{sql_of<Which::data>(), sql_of<Which::more>()};
    return both;
}

void encode_id(const PresentRow& row, Parameters& parameters) {
    parameters.add(row.id);
}

std::vector<PresentRow> decode_present(const TextTable& table) {
    std::vector<PresentRow> rows;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        PresentRow present;
        present.id = number<std::uint64_t>(row[0]);
        present.row.module = {number<std::int32_t>(row[1]), number<std::int32_t>(row[2])};
        present.row.endpoint = endpoint_of(row);
        // A column that others have made signed may hold any number.
        const auto weight = number<std::int64_t>(row[5]);
        const auto clamped = std::clamp(weight, std::int64_t{0}, std::int64_t{kMaxWeight});
        present.row.weight = static_cast<std::uint32_t>(clamped);
        present.row.zone = row[6];
        present.row.tags = row[7];
        present.row.host = row[9];
        rows.push_back(std::move(present));
    }
    return rows;
}

}  // namespace lars::store
