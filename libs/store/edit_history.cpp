#include "store/edit_history.hpp"

#include "store/edit.hpp"
#include "store/module_condition.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace lars::store {
namespace {

constexpr std::uint64_t kKeptChanges = 100'000;
constexpr std::uint64_t kKeptSeconds = 90 * 86'400;
constexpr const char* kRemovedAtOnce = "1000";
// Two of these fit in a packet of MariaDB's.
constexpr std::size_t kMaxJson = std::size_t{4} << 20;

std::string select_changes(const std::string& condition) {
    return "SELECT id, made_at, actor, action, modid, cmdid, before_json, after_json"
           " FROM RouteHistory" +
           condition + " ORDER BY id DESC LIMIT ?";
}

RouteChange decode(std::span<const std::string> row) {
    const auto number = [&row](std::size_t column) {
        return parse_column<std::uint64_t>(row[column]).value_or(0);
    };
    RouteChange change;
    change.id = number(0);
    change.made_at = to_time(number(1));
    change.actor = row[2];
    change.action = row[3];
    change.module = decode_module(number(4), number(5));
    change.before_json = row[6];
    change.after_json = row[7];
    return change;
}

Awaitable<std::vector<RouteChange>> list_changes(
    Connection& connection,
    std::optional<ModuleId> module,
    std::uint64_t before_id,
    std::size_t limit
) {
    std::string condition = before_id > 0 ? " WHERE id < ?" : "";
    Parameters parameters;
    if (before_id > 0) parameters.add(before_id);
    if (module) {
        condition += condition.empty() ? " WHERE " : " AND ";
        condition += "modid = ? AND cmdid = ?";
        encode(*module, parameters);
    }
    parameters.add(limit);
    const auto sql = select_changes(condition);
    const auto table = co_await connection.query_text(sql, std::move(parameters));
    std::vector<RouteChange> all;
    for (std::size_t i = 0; i < table.rows(); ++i) all.push_back(decode(table.row(i)));
    co_return all;
}

Awaitable<std::size_t> prune_changes(Connection& connection) {
    const auto& dialect = connection.dialect();
    const auto last = co_await connection.query("SELECT COALESCE(MAX(id), 0) FROM RouteHistory");
    const auto remove_where = [&dialect](const std::string& condition) {
        return fill(
            dialect.delete_some,
            {{"table", "RouteHistory"},
             {"key", "id"},
             {"where", condition},
             {"limit", kRemovedAtOnce}}
        );
    };
    const auto newest = last.values.at(0);
    const auto too_many = remove_where("id <= ?");
    const Parameters beyond(newest - std::min(newest, kKeptChanges));
    std::size_t removed = co_await connection.change(too_many, beyond);
    const auto too_old = remove_where("made_at < " + std::string(dialect.now_s) + " - ?");
    const Parameters age(kKeptSeconds);
    removed += co_await connection.change(too_old, age);
    co_return removed;
}

}  // namespace

Awaitable<std::uint64_t> write_change(Connection& connection, const NewChange& change) {
    const bool large = std::max(change.before_json.size(), change.after_json.size()) > kMaxJson;
    const std::string_view nothing;
    Parameters parameters(cut_actor(change.actor), change.action);
    encode(change.module, parameters);
    parameters.add(large ? nothing : change.before_json);
    parameters.add(large ? nothing : change.after_json);
    co_await connection.change(
        "INSERT INTO RouteHistory(version, actor, action, modid, cmdid, before_json, after_json)"
        " SELECT version, ?, ?, ?, ?, ?, ? FROM RouteVersion WHERE id = 1",
        std::move(parameters)
    );
    const auto asking = "SELECT " + std::string(connection.dialect().last_id);
    const auto id = co_await connection.query(asking);
    co_return id.values.at(0);
}

Awaitable<std::optional<RouteChange>> find_change(Connection& connection, std::uint64_t id) {
    const auto sql = select_changes(" WHERE id = ?");
    const Parameters parameters(id, 1);
    const auto table = co_await connection.query_text(sql, parameters);
    std::optional<RouteChange> found;
    if (table.rows() > 0) found = decode(table.row(0));
    co_return found;
}

Awaitable<Result<std::vector<RouteChange>>> EditHistory::list(
    std::optional<ModuleId> module, std::uint64_t before_id, std::size_t limit
) {
    return database_.run(Mode::read, list_changes, module, before_id, limit);
}

Awaitable<Result<std::size_t>> EditHistory::prune() {
    return database_.run(Mode::write_each, prune_changes);
}

}  // namespace lars::store
