#include "store/mariadb_store.hpp"
#include "store/route_sql.hpp"

#include <algorithm>
#include <span>

namespace lars::store {
namespace {

// A derived table of that many rows of parameters, each row once.
std::string given_rows(std::size_t count) {
    std::string sql = "(SELECT ? AS modid, ? AS cmdid, ? AS serverip, ? AS serverport, ? AS weight";
    for (std::size_t i = 1; i < count; ++i) sql += " UNION SELECT ?, ?, ?, ?, ?";
    return sql + ") g";
}

constexpr const char* kSameRow =
    " r.modid = g.modid AND r.cmdid = g.cmdid"
    " AND r.serverip = g.serverip AND r.serverport = g.serverport";

std::string select_missing(std::size_t count) {
    return "SELECT g.modid, g.cmdid, g.serverip, g.serverport, g.weight FROM " + given_rows(count) +
           " WHERE NOT EXISTS (SELECT 1 FROM RouteData r WHERE" + kSameRow + ")";
}

std::string insert_missing(std::size_t count) {
    return "INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight) " +
           select_missing(count);
}

std::string reweight(std::size_t count) {
    return "UPDATE RouteData r JOIN " + given_rows(count) + " ON" + kSameRow +
           " SET r.weight = g.weight WHERE r.weight <> g.weight";
}

std::string delete_present(std::size_t count) {
    return "DELETE r FROM RouteData r JOIN " + given_rows(count) + " ON" + kSameRow;
}

std::vector<std::uint64_t> encode(std::span<const RouteRow> rows) {
    std::vector<std::uint64_t> parameters;
    for (const auto& row : rows) {
        const auto values = encode_route_row(row);
        parameters.insert(parameters.end(), values.begin(), values.end());
    }
    return parameters;
}

}  // namespace

MariadbStore::Awaited<std::vector<RouteRow>> MariadbStore::do_list() {
    const auto sql = std::string(sql::kRoutes) + sql::module_condition(module_) +
                     "ORDER BY modid, cmdid, serverip, serverport";
    auto parameters = encode_module(module_);
    const auto table = co_await connection_.query(sql, std::move(parameters));
    if (!table) co_return table.error();
    Flaws flaws;
    co_return decode_route_rows(*table, flaws);
}

MariadbStore::Awaited<PutCount> MariadbStore::do_put() {
    const auto begun = co_await begin_edit();
    if (!begun) co_return begun.error();
    auto said = weighted(rows_);
    const auto reweighted = co_await change_rows(reweight, std::move(said));
    if (!reweighted) co_return reweighted.error();
    const auto added = co_await change_rows(insert_missing, rows_, progress_);
    if (!added) co_return added.error();
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return PutCount{*added, *reweighted};
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_set_weights() {
    const auto begun = co_await begin_edit();
    if (!begun) co_return begun.error();
    const auto missing = co_await missing_rows();
    if (!missing) co_return missing.error();
    if (!missing->empty()) co_return not_there(*missing);
    const auto changed = co_await change_rows(reweight, rows_);
    if (!changed) co_return changed;
    if (*changed > 0) {
        const auto noted = co_await write_audit("weight", 0);
        if (!noted) co_return noted.error();
    }
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
    co_return changed;
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_remove() {
    const auto begun = co_await begin_edit();
    if (!begun) co_return begun.error();
    const auto removed = co_await change_rows(delete_present, rows_);
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

MariadbStore::Awaited<std::size_t> MariadbStore::change_rows(
    std::string (*statement)(std::size_t rows), std::vector<RouteRow> rows, Progress progress
) {
    std::size_t changed = 0;
    for (std::size_t first = 0; first < rows.size(); first += kRowsPerStatement) {
        const auto some =
            std::span(rows).subspan(first).first(std::min(kRowsPerStatement, rows.size() - first));
        auto sql = statement(some.size());
        auto parameters = encode(some);
        const auto done = co_await connection_.query(std::move(sql), std::move(parameters));
        if (!done) co_return done.error();
        changed += connection_.changed();
        if (progress) progress(first + some.size());
    }
    co_return changed;
}

MariadbStore::Awaited<std::vector<RouteRow>> MariadbStore::missing_rows() {
    std::vector<RouteRow> missing;
    for (std::size_t first = 0; first < rows_.size(); first += kRowsPerStatement) {
        const auto some =
            std::span(rows_).subspan(first).first(std::min(kRowsPerStatement, rows_.size() - first)
            );
        auto sql = select_missing(some.size());
        auto parameters = encode(some);
        const auto table = co_await connection_.query(std::move(sql), std::move(parameters));
        if (!table) co_return table.error();
        Flaws flaws;
        for (const auto& row : decode_route_rows(*table, flaws)) missing.push_back(row);
    }
    co_return missing;
}

MariadbStore::Awaited<std::vector<PolicyRow>> MariadbStore::do_list_policies() {
    const auto sql = sql::policies(sql::kMariadbPolicySum) + sql::module_condition(module_) +
                     "ORDER BY modid, cmdid";
    auto parameters = encode_module(module_);
    const auto table = co_await connection_.query_text(sql, std::move(parameters));
    if (!table) co_return table.error();
    co_return policy_rows(*table);
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_set_policy() {
    const auto storable = check_storable(*module_, policy_);
    if (!storable) co_return storable.error();
    const std::string sql = std::string(sql::kAddPolicy) +
                            "ON DUPLICATE KEY UPDATE name = VALUES(name),"
                            " parameters = VALUES(parameters)";
    std::vector<std::string> texts{policy_.name, format_parameters(policy_)};
    const auto changed = co_await change_policy(sql, std::move(texts), "set policy");
    co_return changed;
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_remove_policy() {
    const std::string sql = sql::kRemovePolicy;
    std::vector<std::string> no_texts;
    const auto removed = co_await change_policy(sql, std::move(no_texts), "remove policy");
    co_return removed;
}

MariadbStore::Awaited<std::size_t> MariadbStore::change_policy(
    std::string sql, std::vector<std::string> texts, std::string action
) {
    const auto begun = co_await begin_write();
    if (!begun) co_return begun.error();
    auto numbers = encode_module(module_);
    const auto done =
        co_await connection_.query(std::move(sql), std::move(numbers), std::move(texts));
    if (!done) co_return done.error();
    const auto changed = std::min<std::size_t>(connection_.changed(), 1);
    if (changed > 0) {
        const auto noted = co_await write_audit(std::move(action), 0);
        if (!noted) co_return noted.error();
    }
    const auto ended = co_await commit();
    if (!ended) co_return ended.error();
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
