#include "store/route_rows.hpp"

#include "base/host_name.hpp"
#include "base/tags.hpp"
#include "base/zone.hpp"
#include "store/module_condition.hpp"
#include "store/policy.hpp"
#include "store/route_split.hpp"
#include "store/route_tables.hpp"

namespace lars::store {
namespace {

// Rows of the original's columns alone, and the others.
std::string plain() {
    return "r.zone = '' AND r.tags = '' AND r.owner = " + std::string(kNoOwner);
}

std::string not_plain() {
    return "(r.zone <> '' OR r.tags <> '' OR r.owner <> " + std::string(kNoOwner) + ")";
}

constexpr const char* kHasRows =
    "(EXISTS (SELECT 1 FROM RouteData r WHERE r.modid = {row}.modid AND r.cmdid = {row}.cmdid)"
    " OR EXISTS (SELECT 1 FROM RouteMore r WHERE r.modid = {row}.modid AND r.cmdid = {row}.cmdid))";

// "FROM ... WHERE ..." of a table, its alias behind its name, with a further condition.
std::string from(
    const RowsOf& which, const std::string& table, const std::string& alias, std::string extra = ""
) {
    auto condition = fill(which.condition, {{"row", alias}});
    if (!condition.empty() && !extra.empty()) condition += " AND ";
    condition += extra;
    std::string sql = " FROM " + which.before + table + ' ' + alias;
    if (!condition.empty()) sql += " WHERE " + condition;
    return sql;
}

std::string data_sum(const Dialect& dialect) {
    constexpr const char* kValues =
        "r.modid, r.cmdid, r.serverip, r.serverport, r.weight, r.zone, r.tags, HEX(r.owner)";
    return fill(dialect.crc32, {{"values", kValues}});
}

std::string more_sum(const Dialect& dialect) {
    constexpr const char* kValues =
        "r.modid, r.cmdid, r.serverip, r.serverport, r.weight, r.zone, r.tags, HEX(r.owner),"
        " HEX(r.address), r.host, r.state";
    return fill(dialect.crc32, {{"values", kValues}});
}

std::string cut(const std::string& column, std::size_t max) {
    return "SUBSTR(" + column + ", 1, " + std::to_string(max + 1) + ")";
}

std::string columns(const std::string& checksum, const std::string& others) {
    return "SELECT r.modid, r.cmdid, " + checksum + ", r.id, r.serverip, r.serverport, r.weight, " +
           cut("r.zone", kMaxZoneLength) + ", " + cut("r.tags", kMaxTagsLength) +
           ", HEX(r.owner), " + others;
}

std::string select_plain(const RowsOf& which) {
    return "SELECT r.modid, r.cmdid, r.serverip, r.serverport, r.weight" +
           from(which, "RouteData", "r", plain());
}

// What is read whole is summed up by the reader, which is cheaper than here.
std::string select_data(const Dialect& dialect, const RowsOf& which) {
    const auto cut_off = "CASE WHEN LENGTH(r.zone) > " + std::to_string(kMaxZoneLength) +
                         " OR LENGTH(r.tags) > " + std::to_string(kMaxTagsLength) + " THEN " +
                         data_sum(dialect) + " END";
    return columns(cut_off, "0, '', ''") + from(which, "RouteData", "r", not_plain());
}

std::string select_more(const Dialect& dialect, const RowsOf& which) {
    const auto others = "r.state, HEX(SUBSTR(r.address, 1, 17)), " + cut("r.host", kMaxHostName);
    return columns(more_sum(dialect), others) + from(which, "RouteMore", "r");
}

std::string rows_and_sum(const std::string& rows, const std::string& sum, const std::string& from) {
    return "SELECT " + rows + " AS n, COALESCE(SUM(" + sum + "), 0) AS s" + from;
}

}  // namespace

RowsOf all_rows() {
    return {};
}

RowsOf rows_of(ModuleId module) {
    RowsOf which{"", "{row}.modid = ? AND {row}.cmdid = ?", {}};
    encode(module, which.parameters);
    return which;
}

// Two forms, so that either enters the index at the range's first row.
RowsOf rows_of(const ModuleRange& range) {
    const auto number = [](std::int32_t id) { return static_cast<std::uint64_t>(id); };
    const auto first = number(range.first.modid);
    if (range.first.modid == range.last.modid) {
        return {
            "",
            "{row}.modid = ? AND {row}.cmdid BETWEEN ? AND ?",
            Parameters(first, number(range.first.cmdid), number(range.last.cmdid))};
    }
    return {
        "",
        "{row}.modid BETWEEN ? AND ? AND {row}.cmdid BETWEEN 0 AND 2147483647",
        Parameters(first, number(range.last.modid))};
}

// The few modules first: a database that takes them for many reads the whole table instead.
RowsOf rows_changed_since(const Dialect& dialect, std::uint64_t version) {
    return {
        "(SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c" +
            std::string(dialect.ordered_join),
        "{row}.modid = c.modid AND {row}.cmdid = c.cmdid",
        Parameters(version)};
}

Awaitable<RouteRows> read_route_rows(Connection& connection, RowsOf which) {
    const auto& dialect = connection.dialect();
    RouteRows read;
    read.plain = co_await connection.query(select_plain(which), which.parameters);
    read.data = co_await connection.query_text(select_data(dialect, which), which.parameters);
    read.more = co_await connection.query_text(select_more(dialect, which), which.parameters);
    const auto policies = policy_columns(dialect) + from(which, "ModulePolicy", "p");
    read.policies = co_await connection.query_text(policies, which.parameters);
    const auto splits = split_columns(dialect) + from(which, "RouteSplit", "s");
    read.splits = co_await connection.query_text(splits, which.parameters);
    co_return read;
}

Awaitable<RowSum> sum_route_rows(Connection& connection, RowsOf which) {
    const auto& dialect = connection.dialect();
    const auto of_modules_with_rows = [&which](const char* table, const char* alias) {
        return from(which, table, alias, fill(kHasRows, {{"row", alias}}));
    };
    const auto sql =
        "SELECT SUM(n), SUM(s) FROM (" +
        rows_and_sum("COUNT(*)", data_sum(dialect), from(which, "RouteData", "r")) + " UNION ALL " +
        rows_and_sum("COUNT(*)", more_sum(dialect), from(which, "RouteMore", "r")) + " UNION ALL " +
        rows_and_sum("0", policy_sum(dialect), of_modules_with_rows("ModulePolicy", "p")) +
        " UNION ALL " +
        rows_and_sum("0", split_sum(dialect), of_modules_with_rows("RouteSplit", "s")) + ") parts";
    Parameters parameters;
    for (int part = 0; part < 4; ++part) parameters.append(which.parameters);
    const auto sum = co_await connection.query(sql, std::move(parameters));
    co_return RowSum{sum.values.at(0), sum.values.at(1)};
}

}  // namespace lars::store
