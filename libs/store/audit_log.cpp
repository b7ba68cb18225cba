#include "store/audit_log.hpp"

#include "store/module_condition.hpp"

#include <span>

namespace lars::store {
namespace {

// The column is a TIMESTAMP on MariaDB, and text on SQLite.
std::string made_at_s(const Dialect& dialect) {
    return dialect.kind == Url::Kind::sqlite ? "CAST(strftime('%s', made_at) AS INTEGER)"
                                             : "UNIX_TIMESTAMP(made_at)";
}

AuditEntry decode(std::span<const std::string> row) {
    const auto number = [&row](std::size_t column) {
        return parse_column<std::uint64_t>(row[column]).value_or(0);
    };
    AuditEntry entry;
    entry.id = number(0);
    entry.version = number(1);
    entry.made_at = to_time(number(2));
    entry.action = row[3];
    entry.actor = row[4];
    entry.removed = number(5);
    if (!row[6].empty()) entry.module = decode_module(row[6], row[7]);
    entry.detail = row[8];
    return entry;
}

Awaitable<std::vector<AuditEntry>> list_entries(
    Connection& connection, std::optional<ModuleId> module, UnixTime from, std::size_t limit
) {
    const auto made_at = made_at_s(connection.dialect());
    const std::string of_module = module ? " AND modid = ? AND cmdid = ?" : "";
    const auto sql = "SELECT id, version, " + made_at +
                     ", action, actor, removed, COALESCE(CAST(modid AS CHAR), ''),"
                     " COALESCE(CAST(cmdid AS CHAR), ''), detail FROM RouteAudit WHERE " +
                     made_at + " >= ?" + of_module + " ORDER BY id DESC LIMIT ?";
    Parameters parameters(to_number(from));
    parameters.append(encode(module));
    parameters.add(limit);
    const auto table = co_await connection.query_text(sql, std::move(parameters));
    std::vector<AuditEntry> all;
    for (std::size_t i = 0; i < table.rows(); ++i) all.push_back(decode(table.row(i)));
    co_return all;
}

}  // namespace

Awaitable<Result<std::vector<AuditEntry>>> AuditLog::list(
    std::optional<ModuleId> module, UnixTime from, std::size_t limit
) {
    return database_.run(Mode::read, list_entries, module, from, limit);
}

}  // namespace lars::store
