#include "store/route_sql.hpp"
#include "store/sqlite_operations.hpp"

namespace lars::store::sqlite {
namespace {

using Transaction = SqliteDatabase::Transaction;

constexpr const char* kRowSum = "lars_row_checksum(modid, cmdid, serverip, serverport, weight)";

RouteChanges changes_in_snapshot(SqliteDatabase& database, Position since) {
    const std::uint64_t twice[] = {since.version, since.version};
    auto changes = decode_log_state(database.query(sql::log_state(sql::kSqliteNow), twice), since);
    if (changes.reload || changes.position == since) return changes;
    const std::uint64_t after[] = {since.version};
    const auto modules = database.query(sql::kChangedModules, after);
    const auto rows = database.query(
        "SELECT r.modid, r.cmdid, r.serverip, r.serverport, r.weight FROM"
        " (SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c CROSS JOIN RouteData r"
        " ON r.modid = c.modid AND r.cmdid = c.cmdid",
        after
    );
    const auto policies =
        database.query_text(sql::policies(sql::kSqlitePolicySum) + sql::kOfChangedModules, after);
    const auto version = changes.position.version;
    changes.routes = routes_of_modules(modules, rows, policies, version, changes.flaws);
    const auto audited = database.query(sql::kAudited, after);
    changes.audited = audited.values[0];
    changes.confirmed = audited.values[1] > 0;
    return changes;
}

}  // namespace

std::uint64_t read_version(SqliteDatabase& database) {
    const auto table = database.query(sql::kVersion);
    return table.rows() == 0 ? 0 : table.values[0];
}

RouteSnapshot load_all(SqliteDatabase& database) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RouteSnapshot table;
    const std::uint64_t nothing_read[] = {0, 0};
    const auto state = database.query(sql::log_state(sql::kSqliteNow), nothing_read);
    table.position = decode_log_state(state, {}).position;
    const auto rows = database.query(sql::kRoutes);
    const auto policies = database.query_text(sql::policies(sql::kSqlitePolicySum));
    table.routes = routes_of_rows(rows, policies, table.position.version, table.flaws);
    table.rows = rows.rows();
    const auto counted = database.query(sql::kCounted);
    if (counted.rows() > 0) table.counted = counted.values[0];
    return table;
}

RouteChanges read_changes(SqliteDatabase& database, Position since) {
    const Transaction snapshot(database, Transaction::Kind::read);
    return changes_in_snapshot(database, since);
}

RangeSums sum_ranges(
    SqliteDatabase& database, Position since, const std::vector<ModuleRange>& ranges
) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RangeSums answer{changes_in_snapshot(database, since), {}};
    for (const auto& range : ranges) {
        const auto asking =
            sql::range_sum(kRowSum, sql::kSqlitePolicySum, sql::range_condition(range));
        const auto sum = database.query(asking, encode_range_twice(range));
        answer.sums.push_back({sum.values[0], sum.values[1]});
    }
    return answer;
}

RangeRoutes read_range(SqliteDatabase& database, Position since, const ModuleRange& range) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RangeRoutes answer{changes_in_snapshot(database, since), {}};
    const auto rows =
        database.query(sql::kRoutes + sql::range_condition(range), encode_range(range));
    const auto policies = database.query_text(
        sql::policies(sql::kSqlitePolicySum) + sql::range_condition(range), encode_range(range)
    );
    auto& changes = answer.changes;
    answer.routes = routes_of_rows(rows, policies, changes.position.version, changes.flaws);
    return answer;
}

std::size_t prune_log(SqliteDatabase& database, std::chrono::seconds age) {
    const auto microseconds = std::chrono::microseconds(age).count();
    const std::uint64_t parameters[] = {kPruneAtOnce, static_cast<std::uint64_t>(microseconds)};
    const auto sql = std::string(
                         "DELETE FROM RouteLog WHERE version IN"
                         " (SELECT DISTINCT version FROM RouteLog ORDER BY version LIMIT ?)"
                         " AND version < (SELECT MAX(version) FROM RouteLog) AND logged_us < "
                     ) +
                     sql::kSqliteNow + " - ?";
    return database.change(sql, parameters);
}

}  // namespace lars::store::sqlite
