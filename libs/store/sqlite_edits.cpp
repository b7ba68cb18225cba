#include "store/route_sql.hpp"
#include "store/sqlite_operations.hpp"

namespace lars::store::sqlite {
namespace {

using Transaction = SqliteDatabase::Transaction;

constexpr std::size_t kProgressRows = 500;

constexpr const char* kInsertMissing =
    "INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight) SELECT ?1, ?2, ?3, ?4, ?5"
    " WHERE NOT EXISTS (SELECT 1 FROM RouteData"
    " WHERE modid = ?1 AND cmdid = ?2 AND serverip = ?3 AND serverport = ?4)";
constexpr const char* kReweight =
    "UPDATE RouteData SET weight = ?5 WHERE weight <> ?5"
    " AND modid = ?1 AND cmdid = ?2 AND serverip = ?3 AND serverport = ?4";
constexpr const char* kDelete =
    "DELETE FROM RouteData"
    " WHERE modid = ?1 AND cmdid = ?2 AND serverip = ?3 AND serverport = ?4";
constexpr const char* kCountRow =
    "SELECT COUNT(*) FROM RouteData"
    " WHERE modid = ?1 AND cmdid = ?2 AND serverip = ?3 AND serverport = ?4";

void refuse_unstorable(const std::vector<RouteRow>& rows) {
    const auto storable = check_storable(rows);
    if (!storable) throw SqliteError(storable.error());
}

// Without the weight.
std::vector<std::uint64_t> encode_key(const RouteRow& row) {
    auto values = encode_route_row(row);
    values.pop_back();
    return values;
}

void write_audit(SqliteDatabase& database, const std::string& action, std::size_t removed) {
    const std::uint64_t parameter[] = {removed};
    database.change(sql::audit(action, "''"), parameter);
}

}  // namespace

std::vector<RouteRow> list(SqliteDatabase& database, const std::optional<ModuleId>& module) {
    Flaws flaws;
    const auto sql = std::string(sql::kRoutes) + sql::module_condition(module) +
                     "ORDER BY modid, cmdid, serverip, serverport";
    return decode_route_rows(database.query(sql, encode_module(module)), flaws);
}

PutCount put(
    SqliteDatabase& database, const std::vector<RouteRow>& rows, const Progress& progress
) {
    refuse_unstorable(rows);
    Transaction transaction(database, Transaction::Kind::write);
    PutCount count;
    std::size_t done = 0;
    for (const auto& row : each_once(rows)) {
        const auto values = encode_route_row(row);
        if (row.weight) count.reweighted += database.change(kReweight, values);
        count.added += database.change(kInsertMissing, values);
        if (progress && ++done % kProgressRows == 0) progress(done);
    }
    if (progress) progress(rows.size());
    transaction.commit();
    return count;
}

std::size_t set_weights(SqliteDatabase& database, const std::vector<RouteRow>& rows) {
    refuse_unstorable(rows);
    Transaction transaction(database, Transaction::Kind::write);
    std::vector<RouteRow> missing;
    std::size_t changed = 0;
    for (const auto& row : each_once(rows)) {
        if (database.query(kCountRow, encode_key(row)).values[0] == 0) missing.push_back(row);
        changed += database.change(kReweight, encode_route_row(row));
    }
    if (!missing.empty()) throw SqliteError(not_there(missing));
    if (changed > 0) write_audit(database, "weight", 0);
    transaction.commit();
    return changed;
}

std::size_t remove(SqliteDatabase& database, const std::vector<RouteRow>& rows) {
    refuse_unstorable(rows);
    Transaction transaction(database, Transaction::Kind::write);
    std::size_t removed = 0;
    for (const auto& row : rows) removed += database.change(kDelete, encode_key(row));
    if (removed > 0) write_audit(database, "remove", removed);
    transaction.commit();
    return removed;
}

std::vector<PolicyRow> list_policies(
    SqliteDatabase& database, const std::optional<ModuleId>& module
) {
    const auto sql = sql::policies(sql::kSqlitePolicySum) + sql::module_condition(module) +
                     "ORDER BY modid, cmdid";
    return policy_rows(database.query_text(sql, encode_module(module)));
}

std::size_t set_policy(SqliteDatabase& database, ModuleId module, const RoutePolicy& policy) {
    const auto storable = check_storable(module, policy);
    if (!storable) throw SqliteError(storable.error());
    Transaction transaction(database, Transaction::Kind::write);
    const auto sql = std::string(sql::kAddPolicy) +
                     "ON CONFLICT(modid, cmdid) DO UPDATE SET name = excluded.name,"
                     " parameters = excluded.parameters"
                     " WHERE name <> excluded.name OR parameters <> excluded.parameters";
    const std::string texts[] = {policy.name, format_parameters(policy)};
    const auto changed = database.change(sql, encode_module(module), texts);
    if (changed > 0) write_audit(database, "set policy", 0);
    transaction.commit();
    return changed;
}

std::size_t remove_policy(SqliteDatabase& database, ModuleId module) {
    Transaction transaction(database, Transaction::Kind::write);
    const auto removed = database.change(sql::kRemovePolicy, encode_module(module));
    if (removed > 0) write_audit(database, "remove policy", 0);
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
