#include "store/route_splits.hpp"

#include "store/edit.hpp"
#include "store/module_condition.hpp"

#include <algorithm>
#include <string_view>

namespace lars::store {
namespace {

Awaitable<std::vector<SplitRow>> list_splits(
    Connection& connection, std::optional<ModuleId> module
) {
    const auto sql =
        split_columns(connection.dialect()) + " FROM RouteSplit s " + module_condition(module);
    const auto table = co_await connection.query_text(sql, encode(module));
    std::vector<SplitRow> rows;
    for (auto& read : decode_splits(table)) rows.push_back(std::move(read.row));
    co_return rows;
}

// Percent with up to four digits behind the point, as they were given.
Error too_much(std::uint64_t millionths) {
    return {
        ErrorKind::invalid,
        "the splits of the module would be " + std::to_string(millionths / 10'000) +
            " % together, and nothing would be left for the others"};
}

Awaitable<std::size_t> set_split(Connection& connection, const SplitRow& split) {
    const auto storable = check_storable(split);
    if (!storable) throw Failure(storable.error());
    co_await lock_routes(connection);
    const auto before = co_await list_splits(connection, split.module);
    std::uint64_t all = split.share_millionths;
    for (const auto& each : before) {
        if (each == split) co_return 0;
        if (each.tag != split.tag) all += each.share_millionths;
    }
    if (all > kWholeShare) throw Failure(too_much(all));
    const auto sql =
        upsert(connection.dialect(), "RouteSplit", {"modid", "cmdid", "tag"}, {"share"}, 1);
    Parameters parameters;
    encode(split.module, parameters);
    parameters.add(std::string_view(split.tag)).add(split.share_millionths);
    co_await connection.change(sql, std::move(parameters));
    co_await write_audit(connection, "split", 0);
    co_return 1;
}

Awaitable<std::size_t> remove_split(
    Connection& connection, ModuleId module, const std::string& tag
) {
    co_await lock_routes(connection);
    Parameters parameters;
    encode(module, parameters);
    parameters.add(std::string_view(tag));
    const auto removed = co_await connection.change(
        "DELETE FROM RouteSplit WHERE modid = ? AND cmdid = ? AND tag = ?", std::move(parameters)
    );
    if (removed > 0) co_await write_audit(connection, "remove split", 0);
    co_return removed;
}

}  // namespace

Awaitable<Result<std::vector<SplitRow>>> RouteSplits::list(std::optional<ModuleId> module) {
    return database_.run(Mode::read, list_splits, module);
}

Awaitable<Result<std::size_t>> RouteSplits::set(SplitRow split) {
    return database_.run(Mode::write, set_split, std::move(split));
}

Awaitable<Result<std::size_t>> RouteSplits::remove(ModuleId module, std::string tag) {
    return database_.run(Mode::write, remove_split, module, std::move(tag));
}

}  // namespace lars::store
