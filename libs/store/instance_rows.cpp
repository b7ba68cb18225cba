#include "store/instance_rows.hpp"

#include "store/module_condition.hpp"
#include "store/route_tables.hpp"

#include <span>
#include <tuple>

namespace lars::store {
namespace {

enum class Which { data, more };

template <Which which>
std::string table_name() {
    return which == Which::data ? "RouteData" : "RouteMore";
}

template <Which which>
std::string select_all() {
    const std::string others = which == Which::data ? "'0', '', ''" : "state, HEX(address), reason";
    return "SELECT id, modid, cmdid, serverip, serverport, weight, zone, tags, HEX(owner), " +
           others + " FROM " + table_name<which>() + " WHERE ";
}

// The condition by which SQLite may use its index of owners.
std::string owned() {
    return "owner <> " + std::string(kNoOwner);
}

template <Which which>
std::string select(const Dialect&, std::size_t rows) {
    const std::string address = which == Which::data ? "" : " AND address = ?";
    const auto one = "(modid = ? AND cmdid = ? AND serverip = ? AND serverport = ?" + address +
                     " AND owner = ?)";
    std::string keys;
    for (std::size_t i = 0; i < rows; ++i) keys += (i == 0 ? "" : " OR ") + one;
    return select_all<which>() + keys;
}

template <Which which>
std::string select_of(const Dialect&, std::size_t owners) {
    return select_all<which>() + "owner IN " + value_lists(owners, 1) + " AND " + owned();
}

template <Which which>
std::vector<std::string> columns() {
    std::vector<std::string> all{"modid", "cmdid", "serverip", "serverport"};
    if (which == Which::more) all.emplace_back("address");
    all.insert(all.end(), {"owner", "weight", "zone", "tags"});
    if (which == Which::more) all.insert(all.end(), {"state", "reason"});
    return all;
}

template <Which which>
std::string insert(const Dialect& dialect, std::size_t rows) {
    const auto names = columns<which>();
    std::string list = value_lists(names.size(), 1);
    list.pop_back();
    list += ", " + std::string(dialect.now_s) + ")";
    return "INSERT INTO " + table_name<which>() + "(" + joined(names) + ", since) VALUES " +
           joined(std::vector<std::string>(rows, list));
}

template <Which which>
std::string update(const Dialect& dialect, std::size_t rows) {
    return upsert(dialect, table_name<which>(), {"id"}, columns<which>(), rows);
}

template <Which which>
std::string remove(const Dialect&, std::size_t rows) {
    return "DELETE FROM " + table_name<which>() + " WHERE id IN " + value_lists(rows, 1);
}

template <Which which>
void encode_key(const OwnedRow& row, Parameters& parameters) {
    encode(row.module, parameters);
    parameters.add(row.endpoint.ipv4()).add(row.endpoint.port);
    if (which == Which::more) parameters.add(std::span<const std::uint8_t>(row.endpoint.address));
    encode(row.owner, parameters);
}

template <Which which>
void encode_insert(const OwnedRow& row, Parameters& parameters) {
    encode_key<which>(row, parameters);
    parameters.add(row.weight);
    parameters.add(std::string_view(row.zone)).add(std::string_view(row.tags));
    if (which == Which::data) return;
    parameters.add(static_cast<std::uint64_t>(row.state)).add(std::string_view(row.reason));
}

template <Which which>
void encode_update(const PresentOwnedRow& row, Parameters& parameters) {
    parameters.add(row.id);
    encode_insert<which>(row.row, parameters);
}

template <Which which>
OwnedTableSql sql_of() {
    return {
        select<which>,
        select_of<which>,
        insert<which>,
        update<which>,
        remove<which>,
        encode_key<which>,
        encode_insert<which>,
        encode_update<which>,
        which == Which::data};
}

InstanceState state_of(std::string_view text) {
    if (text == "0") return InstanceState::serves;
    return text == "2" ? InstanceState::draining : InstanceState::failing;
}

}  // namespace

const std::vector<OwnedTableSql>& owned_tables() {
    static const std::vector<OwnedTableSql> both{sql_of<Which::data>(), sql_of<Which::more>()};
    return both;
}

void encode(const OwnerId& owner, Parameters& parameters) {
    parameters.add(std::span<const std::uint8_t>(owner));
}

// A row that somebody has changed so that it says nothing sensible has an endpoint that nobody
// announces, and so goes.
std::vector<PresentOwnedRow> decode_owned(const TextTable& table, bool in_route_data) {
    std::vector<PresentOwnedRow> rows;
    rows.reserve(table.rows());
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        PresentOwnedRow present;
        present.id = parse_column<std::uint64_t>(row[0]).value_or(0);
        present.in_route_data = in_route_data;
        present.row.module = decode_module(row[1], row[2]).value_or(ModuleId{-1, -1});
        const auto port = parse_column<std::uint16_t>(row[4]).value_or(0);
        if (const auto address = parse_address(row[10])) {
            present.row.endpoint = {*address, port};
        } else {
            const auto ip = parse_column<std::uint32_t>(row[3]).value_or(0);
            present.row.endpoint = Endpoint::from_ipv4(ip, port);
        }
        present.row.weight = parse_column<std::uint32_t>(row[5]).value_or(0);
        present.row.zone = row[6];
        present.row.tags = row[7];
        present.row.owner = owner_from_hex(row[8]).value_or(OwnerId{});
        present.row.state = state_of(row[9]);
        present.row.reason = row[11];
        rows.push_back(std::move(present));
    }
    return rows;
}

}  // namespace lars::store
