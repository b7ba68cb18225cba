#include "store/change_feed.hpp"

#include "store/edit_history.hpp"
#include "store/engine/connection.hpp"
#include "store/name_rows.hpp"
#include "store/route_decode.hpp"
#include "store/route_rows.hpp"

#include <algorithm>

namespace lars::store {
namespace {

// Versions of the log that are removed at once.
constexpr std::uint64_t kVersionsPruned = 1'000;

// For decode_log_state, with the reader's version twice.
std::string log_state(const Dialect& dialect) {
    return "SELECT v.version,"
           " COALESCE((SELECT MAX(logged_us) FROM RouteLog WHERE version = v.version), 0),"
           " COALESCE((SELECT MIN(version) FROM RouteLog), 0), " +
           std::string(dialect.now_us) +
           ", COALESCE((SELECT MAX(logged_us) FROM RouteLog WHERE version = ?), 0),"
           " COALESCE((SELECT logged_us FROM RouteLog WHERE version > ? ORDER BY version LIMIT 1),"
           " 0) FROM RouteVersion v WHERE v.id = 1";
}

// With the number of rows, and of names, that left each. An edit in place, or of what belongs to
// the module but isn't a row of it, explains no loss.
constexpr const char* kChangedModules =
    "SELECT modid, cmdid, SUM(removed), SUM(names_removed) FROM RouteLog WHERE version > ? GROUP "
    "BY modid, cmdid";

// Audited removals, those of names apart, between two versions, and how often the table was
// confirmed. Later entries than the table's version are what a lost RouteVersion leaves behind, and
// say nothing of it.
constexpr const char* kAudited =
    "SELECT COALESCE(SUM(CASE WHEN action = 'remove name' THEN 0 ELSE removed END), 0),"
    " COALESCE(SUM(action = 'confirm'), 0),"
    " COALESCE(SUM(CASE WHEN action = 'remove name' THEN removed ELSE 0 END), 0) FROM RouteAudit"
    " WHERE version > ? AND version <= ?";

// How many rows the triggers have counted.
constexpr const char* kCounted =
    "SELECT CASE WHEN route_rows < 0 THEN 0 ELSE route_rows END"
    " + CASE WHEN more_rows < 0 THEN 0 ELSE more_rows END FROM RouteVersion WHERE id = 1";

// Per module, the last versions at which rows of it, and names, were removed.
constexpr const char* kRemovals =
    "SELECT modid, cmdid, MAX(CASE WHEN removed > 0 THEN version ELSE 0 END),"
    " MAX(CASE WHEN names_removed > 0 THEN version ELSE 0 END) FROM RouteLog"
    " WHERE removed > 0 OR names_removed > 0 GROUP BY modid, cmdid";

constexpr const char* kConfirmed =
    "SELECT COALESCE(MAX(a.version), 0) FROM RouteAudit a JOIN RouteVersion v ON v.id = 1"
    " WHERE a.action = 'confirm' AND a.version <= v.version";

Awaitable<std::uint64_t> read_version(Connection& connection) {
    const auto table = co_await connection.query("SELECT version FROM RouteVersion WHERE id = 1");
    co_return table.rows() == 0 ? 0 : table.values[0];
}

Awaitable<StorePosition> read_latest(Connection& connection) {
    const auto table = co_await connection.query(
        "SELECT COALESCE((SELECT version FROM RouteVersion WHERE id = 1), 0),"
        " COALESCE((SELECT MAX(logged_us) FROM RouteLog"
        " WHERE version = (SELECT version FROM RouteVersion WHERE id = 1)), 0),"
        " COALESCE((SELECT MIN(id) FROM StoreIdentity WHERE standing = 'own'), 0)"
    );
    StorePosition latest;
    latest.position = {table.values.at(0), table.values.at(1)};
    latest.store_id = table.values.at(2);
    co_return latest;
}

Awaitable<RouteSnapshot> read_all(Connection& connection) {
    const auto& dialect = connection.dialect();
    const auto state = co_await connection.query(log_state(dialect), Parameters(0, 0));
    auto every = all_rows();
    const auto rows = co_await read_route_rows(connection, std::move(every));
    const auto names = co_await connection.query_text(select_names(dialect, Named::all));
    const auto counted = co_await connection.query(kCounted);
    const auto removals = co_await connection.query(kRemovals);
    const auto confirmed = co_await connection.query(kConfirmed);
    RouteSnapshot all;
    all.position = decode_log_state(state, {}).position;
    all.routes = routes_of_rows(rows, all.position.version, all.flaws);
    note_removals(removals, all.position.version, all.routes);
    all.names = names_of_rows(names);
    note_name_removals(removals, all.names);
    all.rows = rows.rows();
    if (counted.rows() > 0) all.counted = counted.values[0];
    if (state.rows() > 0) all.log_begin = state.values[2];
    all.confirmed_at = confirmed.values.at(0);
    all.identity = co_await read_identity(connection);
    co_return all;
}

Awaitable<RouteChanges> read_changes(Connection& connection, Position since) {
    const auto& dialect = connection.dialect();
    const Parameters twice(since.version, since.version);
    const auto state = co_await connection.query(log_state(dialect), twice);
    auto changes = decode_log_state(state, since);
    if (changes.reload || changes.position == since) co_return changes;
    const Parameters after(since.version);
    const auto modules = co_await connection.query(kChangedModules, after);
    auto changed = rows_changed_since(dialect, since.version);
    const auto rows = co_await read_route_rows(connection, std::move(changed));
    const auto of_names = select_names(dialect, Named::changed);
    const auto names = co_await connection.query_text(of_names, twice);
    const auto version = changes.position.version;
    const Parameters between(since.version, version);
    const auto audited = co_await connection.query(kAudited, between);
    changes.routes = routes_of_modules(modules, rows, version, changes.flaws);
    changes.names = names_of_modules(modules, names, version);
    changes.audited = audited.values.at(0);
    changes.confirmed = audited.values.at(1) > 0;
    changes.audited_names = audited.values.at(2);
    if (changes.confirmed) changes.identity = co_await read_identity(connection);
    co_return changes;
}

Awaitable<RangeSums> read_sums(
    Connection& connection, Position since, const std::vector<ModuleRange>& ranges
) {
    RangeSums answer;
    answer.changes = co_await read_changes(connection, since);
    for (const auto& range : ranges) {
        auto of_range = rows_of(range);
        const auto sum = co_await sum_route_rows(connection, std::move(of_range));
        answer.sums.push_back(sum);
    }
    co_return answer;
}

Awaitable<RangeRoutes> read_routes(Connection& connection, Position since, ModuleRange range) {
    RangeRoutes answer;
    answer.changes = co_await read_changes(connection, since);
    auto of_range = rows_of(range);
    const auto rows = co_await read_route_rows(connection, std::move(of_range));
    auto& changes = answer.changes;
    answer.routes = routes_of_rows(rows, changes.position.version, changes.flaws);
    co_return answer;
}

Awaitable<NamesSum> read_names_sum(Connection& connection, Position since) {
    NamesSum answer;
    answer.changes = co_await read_changes(connection, since);
    const auto sum = co_await connection.query(sum_names_sql(connection.dialect()));
    answer.sum = {sum.values.at(0), sum.values.at(1)};
    co_return answer;
}

Awaitable<AllNames> read_all_names(Connection& connection, Position since) {
    AllNames answer;
    answer.changes = co_await read_changes(connection, since);
    const auto sql = select_names(connection.dialect(), Named::all);
    const auto names = co_await connection.query_text(sql);
    answer.names = names_of_rows(names);
    co_return answer;
}

Awaitable<std::size_t> prune_log(Connection& connection, std::chrono::microseconds age) {
    const auto log = co_await connection.query(
        "SELECT COALESCE(MIN(version), 0), COALESCE(MAX(version), 0) FROM RouteLog"
    );
    const auto oldest = log.values.at(0);
    const auto newest = log.values.at(1);
    if (oldest == newest) co_return 0;
    const auto last = std::min(oldest + kVersionsPruned, newest) - 1;
    const auto sql = "DELETE FROM RouteLog WHERE version BETWEEN ? AND ? AND logged_us < " +
                     std::string(connection.dialect().now_us) + " - ?";
    const auto age_us = static_cast<std::uint64_t>(age.count());
    co_return co_await connection.change(sql, Parameters(oldest, last, age_us));
}

// A user that was given its rights before there was a history can prune the log all the same.
Awaitable<Result<std::size_t>> prune_all(Database& database, std::chrono::microseconds age) {
    auto pruning = database.run(Mode::write_each, prune_log, age);
    auto removed = co_await std::move(pruning);
    if (!removed) co_return removed;
    auto forgetting = EditHistory(database).prune();
    const auto forgotten = co_await std::move(forgetting);
    if (forgotten) co_return *removed + *forgotten;
    if (forgotten.error().kind == ErrorKind::refused) co_return removed;
    co_return forgotten;
}

}  // namespace

Awaitable<Result<std::uint64_t>> ChangeFeed::version() {
    return database_.run(Mode::read, read_version);
}

Awaitable<Result<StorePosition>> ChangeFeed::latest() {
    return database_.run(Mode::read, read_latest);
}

Awaitable<Result<RouteSnapshot>> ChangeFeed::snapshot() {
    return database_.run(Mode::snapshot, read_all);
}

Awaitable<Result<RouteChanges>> ChangeFeed::changes_since(Position position) {
    return database_.run(Mode::snapshot, read_changes, position);
}

Awaitable<Result<RangeSums>> ChangeFeed::sum_ranges(
    Position position, std::vector<ModuleRange> ranges
) {
    return database_.run(Mode::snapshot, read_sums, position, std::move(ranges));
}

Awaitable<Result<RangeRoutes>> ChangeFeed::read_range(Position position, ModuleRange range) {
    return database_.run(Mode::snapshot, read_routes, position, range);
}

Awaitable<Result<NamesSum>> ChangeFeed::sum_names(Position position) {
    return database_.run(Mode::snapshot, read_names_sum, position);
}

Awaitable<Result<AllNames>> ChangeFeed::read_names(Position position) {
    return database_.run(Mode::snapshot, read_all_names, position);
}

Awaitable<Result<std::size_t>> ChangeFeed::prune(std::chrono::seconds age) {
    return prune_all(database_, age);
}

}  // namespace lars::store
