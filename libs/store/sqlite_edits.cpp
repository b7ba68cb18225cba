#include "store/route_sql.hpp"
#include "store/sqlite_operations.hpp"

namespace lars::store::sqlite {
namespace {

using Transaction = SqliteDatabase::Transaction;

constexpr std::size_t kProgressRows = 500;

void refuse_unstorable(const std::vector<RouteRow>& rows) {
    const auto storable = check_storable(rows);
    if (!storable) throw SqliteError(storable.error());
}

std::size_t change_rows(
    SqliteDatabase& database,
    const std::vector<RouteRow>& rows,
    const std::string& sql,
    int repeat,
    const Progress& progress
) {
    std::size_t changed = 0;
    std::size_t done = 0;
    for (const auto& row : rows) {
        const auto once = encode_route_row(row);
        std::vector<std::uint64_t> parameters;
        for (int i = 0; i < repeat; ++i)
            parameters.insert(parameters.end(), once.begin(), once.end());
        changed += database.change(sql, parameters);
        if (progress && ++done % kProgressRows == 0) progress(done);
    }
    if (progress) progress(rows.size());
    return changed;
}

void write_audit(SqliteDatabase& database, const std::string& action, std::size_t removed) {
    const std::uint64_t parameter[] = {removed};
    database.change(sql::audit(action, "''"), parameter);
}

}  // namespace

std::vector<RouteRow> list(SqliteDatabase& database, const std::optional<ModuleId>& module) {
    std::size_t skipped = 0;
    const auto sql = std::string(sql::kRoutes) + sql::module_condition(module) +
                     "ORDER BY modid, cmdid, serverip, serverport";
    return decode_route_rows(database.query(sql, encode_module(module)), skipped);
}

std::size_t add(
    SqliteDatabase& database, const std::vector<RouteRow>& rows, const Progress& progress
) {
    refuse_unstorable(rows);
    Transaction transaction(database, Transaction::Kind::write);
    const auto* sql =
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) SELECT ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM RouteData"
        " WHERE modid = ? AND cmdid = ? AND serverip = ? AND serverport = ?)";
    const auto added = change_rows(database, rows, sql, 2, progress);
    transaction.commit();
    return added;
}

std::size_t remove(SqliteDatabase& database, const std::vector<RouteRow>& rows) {
    refuse_unstorable(rows);
    Transaction transaction(database, Transaction::Kind::write);
    const auto* sql =
        "DELETE FROM RouteData"
        " WHERE modid = ? AND cmdid = ? AND serverip = ? AND serverport = ?";
    const auto removed = change_rows(database, rows, sql, 1, {});
    if (removed > 0) write_audit(database, "remove", removed);
    transaction.commit();
    return removed;
}

Confirmation confirm(SqliteDatabase& database) {
    Transaction transaction(database, Transaction::Kind::write);
    database.run(sql::kConfirm);
    write_audit(database, "confirm", 0);
    const auto rows = database.query("SELECT COUNT(*) FROM RouteData");
    const Confirmation done{read_version(database), rows.values[0]};
    transaction.commit();
    return done;
}

}  // namespace lars::store::sqlite
