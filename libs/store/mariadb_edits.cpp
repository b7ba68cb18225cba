#include "store/mariadb_store.hpp"
#include "store/route_sql.hpp"

#include <algorithm>

namespace lars::store {
namespace {

// A derived table of that many rows of parameters, each row once.
std::string given_rows(std::size_t count) {
    std::string sql = "(SELECT ? AS modid, ? AS cmdid, ? AS serverip, ? AS serverport";
    for (std::size_t i = 1; i < count; ++i) sql += " UNION SELECT ?, ?, ?, ?";
    return sql + ") g";
}

constexpr const char* kSameRow =
    " r.modid = g.modid AND r.cmdid = g.cmdid"
    " AND r.serverip = g.serverip AND r.serverport = g.serverport";

std::string insert_missing(std::size_t count) {
    return "INSERT INTO RouteData(modid, cmdid, serverip, serverport)"
           " SELECT g.modid, g.cmdid, g.serverip, g.serverport FROM " +
           given_rows(count) + " WHERE NOT EXISTS (SELECT 1 FROM RouteData r WHERE" + kSameRow +
           ")";
}

std::string delete_present(std::size_t count) {
    return "DELETE r FROM RouteData r JOIN " + given_rows(count) + " ON" + kSameRow;
}

}  // namespace

MariadbStore::Awaited<std::vector<RouteRow>> MariadbStore::do_list() {
    const auto sql = std::string(sql::kRoutes) + sql::module_condition(module_) +
                     "ORDER BY modid, cmdid, serverip, serverport";
    auto parameters = encode_module(module_);
    const auto table = co_await connection_.query(sql, std::move(parameters));
    if (!table) co_return table.error();
    std::size_t skipped = 0;
    co_return decode_route_rows(*table, skipped);
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_add() {
    const auto begun = co_await begin_edit();
    if (!begun) co_return begun.error();
    const auto added = co_await change_rows(insert_missing);
    if (!added) co_return added;
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return added;
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_remove() {
    const auto begun = co_await begin_edit();
    if (!begun) co_return begun.error();
    const auto removed = co_await change_rows(delete_present);
    if (!removed) co_return removed;
    if (*removed > 0) {
        const auto noted = co_await write_audit("remove", *removed);
        if (!noted) co_return noted.error();
    }
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return removed;
}

MariadbStore::Awaited<void> MariadbStore::begin_edit() {
    const auto storable = check_storable(rows_);
    if (!storable) co_return storable.error();
    co_return co_await begin_write();
}

MariadbStore::Awaited<std::size_t> MariadbStore::change_rows(std::string (*statement
)(std::size_t rows)) {
    std::size_t changed = 0;
    for (std::size_t first = 0; first < rows_.size(); first += kRowsPerStatement) {
        const auto count = std::min(kRowsPerStatement, rows_.size() - first);
        std::vector<std::uint64_t> parameters;
        for (std::size_t i = first; i < first + count; ++i) {
            const auto values = encode_route_row(rows_[i]);
            parameters.insert(parameters.end(), values.begin(), values.end());
        }
        auto sql = statement(count);
        const auto done = co_await connection_.query(std::move(sql), std::move(parameters));
        if (!done) co_return done.error();
        changed += connection_.changed();
        if (progress_) progress_(first + count);
    }
    co_return changed;
}

MariadbStore::Awaited<Confirmation> MariadbStore::do_confirm() {
    const auto begun = co_await begin_write();
    if (!begun) co_return begun.error();
    const auto raised = co_await connection_.query(sql::kConfirm);
    if (!raised) co_return raised.error();
    const auto noted = co_await write_audit("confirm", 0);
    if (!noted) co_return noted.error();
    const std::string asking =
        "SELECT version, (SELECT COUNT(*) FROM RouteData)"
        " FROM RouteVersion WHERE id = 1";
    const auto now = co_await connection_.query(asking);
    if (!now) co_return now.error();
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return Confirmation{now->values[0], now->values[1]};
}

MariadbStore::Awaited<void> MariadbStore::write_audit(std::string action, std::uint64_t removed) {
    const auto asking = sql::audit(action, "CURRENT_USER()");
    std::vector<std::uint64_t> parameter{removed};
    const auto done = co_await connection_.query(asking, std::move(parameter));
    if (!done) co_return done.error();
    co_return Result<void>();
}

}  // namespace lars::store
