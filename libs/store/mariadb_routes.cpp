#include "store/mariadb_store.hpp"
#include "store/route_sql.hpp"

namespace lars::store {
namespace {

constexpr const char* kRowSum = "CRC32(CONCAT_WS(',', modid, cmdid, serverip, serverport, weight))";
constexpr const char* kChangedRows =
    "SELECT r.modid, r.cmdid, r.serverip, r.serverport, r.weight FROM RouteData r JOIN"
    " (SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c"
    " ON r.modid = c.modid AND r.cmdid = c.cmdid";

}  // namespace

MariadbStore::Awaited<RouteSnapshot> MariadbStore::do_load_all() {
    const auto begun = co_await begin_snapshot();
    if (!begun) co_return begun.error();
    const auto asking = sql::log_state(sql::kMariadbNow);
    std::vector<std::uint64_t> nothing_read{0, 0};
    const auto state = co_await connection_.query(asking, std::move(nothing_read));
    if (!state) co_return state.error();
    const auto rows = co_await connection_.query(sql::kRoutes);
    if (!rows) co_return rows.error();
    const auto all_policies = sql::policies(sql::kMariadbPolicySum);
    const auto policies = co_await connection_.query_text(all_policies);
    if (!policies) co_return policies.error();
    const auto counted = co_await connection_.query(sql::kCounted);
    if (!counted) co_return counted.error();
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    RouteSnapshot table;
    table.position = decode_log_state(*state, {}).position;
    table.routes = routes_of_rows(*rows, *policies, table.position.version, table.flaws);
    table.rows = rows->rows();
    if (counted->rows() > 0) table.counted = counted->values[0];
    co_return table;
}

MariadbStore::Awaited<RouteChanges> MariadbStore::do_changes() {
    const auto begun = co_await begin_snapshot();
    if (!begun) co_return begun.error();
    auto changes = co_await changes_in_snapshot();
    if (!changes) co_return changes;
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return changes;
}

MariadbStore::Awaited<RouteChanges> MariadbStore::changes_in_snapshot() {
    const auto asking = sql::log_state(sql::kMariadbNow);
    std::vector<std::uint64_t> twice{since_.version, since_.version};
    const auto state = co_await connection_.query(asking, std::move(twice));
    if (!state) co_return state.error();
    auto changes = decode_log_state(*state, since_);
    if (changes.reload || changes.position == since_) co_return changes;
    std::vector<std::uint64_t> after{since_.version};
    const auto modules = co_await connection_.query(sql::kChangedModules, after);
    if (!modules) co_return modules.error();
    const auto rows = co_await connection_.query(kChangedRows, after);
    if (!rows) co_return rows.error();
    const auto changed_policies = sql::policies(sql::kMariadbPolicySum) + sql::kOfChangedModules;
    const auto policies = co_await connection_.query_text(changed_policies, after);
    if (!policies) co_return policies.error();
    const auto audited = co_await connection_.query(sql::kAudited, after);
    if (!audited) co_return audited.error();
    const auto version = changes.position.version;
    changes.routes = routes_of_modules(*modules, *rows, *policies, version, changes.flaws);
    changes.audited = audited->values[0];
    changes.confirmed = audited->values[1] > 0;
    co_return changes;
}

MariadbStore::Awaited<RangeSums> MariadbStore::do_sum_ranges() {
    const auto begun = co_await begin_snapshot();
    if (!begun) co_return begun.error();
    auto changes = co_await changes_in_snapshot();
    if (!changes) co_return changes.error();
    RangeSums answer;
    answer.changes = std::move(*changes);
    for (const auto& range : ranges_) {
        const auto asking =
            sql::range_sum(kRowSum, sql::kMariadbPolicySum, sql::range_condition(range));
        auto parameters = encode_range_twice(range);
        const auto sum = co_await connection_.query(asking, std::move(parameters));
        if (!sum) co_return sum.error();
        answer.sums.push_back({sum->values[0], sum->values[1]});
    }
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return answer;
}

MariadbStore::Awaited<RangeRoutes> MariadbStore::do_read_range() {
    const auto begun = co_await begin_snapshot();
    if (!begun) co_return begun.error();
    auto changes = co_await changes_in_snapshot();
    if (!changes) co_return changes.error();
    const auto asking = sql::kRoutes + sql::range_condition(ranges_[0]);
    const auto rows = co_await connection_.query(asking, encode_range(ranges_[0]));
    if (!rows) co_return rows.error();
    const auto asking_policies =
        sql::policies(sql::kMariadbPolicySum) + sql::range_condition(ranges_[0]);
    auto parameters = encode_range(ranges_[0]);
    const auto policies = co_await connection_.query_text(asking_policies, std::move(parameters));
    if (!policies) co_return policies.error();
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    RangeRoutes answer;
    answer.changes = std::move(*changes);
    auto& flaws = answer.changes.flaws;
    answer.routes = routes_of_rows(*rows, *policies, answer.changes.position.version, flaws);
    co_return answer;
}

}  // namespace lars::store
