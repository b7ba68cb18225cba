#include "store/name_rows.hpp"

#include "base/module_name.hpp"
#include "store/module_condition.hpp"

#include <limits>
#include <map>

namespace lars::store {
namespace {

constexpr std::uint64_t kMaxId = std::numeric_limits<std::int32_t>::max();

constexpr const char* kOfAll = " FROM ModuleName n";

// The few modules first: a database that takes them for many reads the whole table instead.
std::string of_changed(const Dialect& dialect) {
    return " FROM (SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c" +
           std::string(dialect.ordered_join) +
           "ModuleName n ON n.modid = c.modid AND n.cmdid = c.cmdid";
}

std::string their_aliases(const Dialect& dialect) {
    return std::string(dialect.ordered_join) + "ModuleAlias a ON a.target = n.name";
}

std::string name_sum(const Dialect& dialect) {
    return fill(dialect.crc32, {{"values", "n.modid, n.cmdid, n.name"}});
}

std::string alias_sum(const Dialect& dialect) {
    return fill(dialect.crc32, {{"values", "a.name, a.target"}});
}

ModuleId module_of(std::span<const std::uint64_t> row) {
    return {static_cast<std::int32_t>(row[0]), static_cast<std::int32_t>(row[1])};
}

std::map<ModuleId, ModuleNames> group(const TextTable& rows) {
    std::map<ModuleId, ModuleNames> all;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto row = rows.row(i);
        const auto module = decode_module(row[0], row[1]);
        const auto checksum = parse_column<std::uint64_t>(row[4]);
        if (!module || !checksum) continue;
        auto& names = all[*module];
        names.module = *module;
        names.sum += {1, *checksum};
        if (!why_no_name(row[2]).empty()) continue;
        if (row[3].empty()) {
            names.name = row[2];
        } else {
            names.aliases.push_back(row[2]);
        }
    }
    return all;
}

std::vector<ModuleNames> values_of(std::map<ModuleId, ModuleNames> grouped) {
    std::vector<ModuleNames> all;
    all.reserve(grouped.size());
    for (auto& [id, names] : grouped) all.push_back(std::move(names));
    return all;
}

}  // namespace

std::string select_names(const Dialect& dialect, Named which) {
    const std::string from = which == Named::all ? kOfAll : of_changed(dialect);
    return "SELECT n.modid, n.cmdid, n.name, '', " + name_sum(dialect) + from +
           " UNION ALL SELECT n.modid, n.cmdid, a.name, a.target, " + alias_sum(dialect) + from +
           their_aliases(dialect);
}

// What can't be a module isn't read either.
std::string sum_names_sql(const Dialect& dialect) {
    const std::string nameable =
        " WHERE n.modid BETWEEN 0 AND 2147483647 AND n.cmdid BETWEEN 0 AND 2147483647";
    return "SELECT SUM(s.names), SUM(s.checksum) FROM (SELECT COUNT(*) AS names, COALESCE(SUM(" +
           name_sum(dialect) + "), 0) AS checksum" + kOfAll + nameable +
           " UNION ALL SELECT COUNT(*), COALESCE(SUM(" + alias_sum(dialect) + "), 0)" + kOfAll +
           their_aliases(dialect) + nameable + ") s";
}

std::vector<ModuleNames> names_of_rows(const TextTable& rows) {
    return values_of(group(rows));
}

std::vector<ModuleNames> names_of_modules(
    const Table& modules, const TextTable& rows, std::uint64_t version
) {
    auto grouped = group(rows);
    for (std::size_t i = 0; i < modules.rows(); ++i) {
        const auto row = modules.row(i);
        if (row[0] > kMaxId || row[1] > kMaxId) continue;
        auto& names = grouped[module_of(row)];
        names.module = module_of(row);
        names.removed = row[3];
        if (names.removed > 0) names.removed_at = version;
    }
    return values_of(std::move(grouped));
}

void note_name_removals(const Table& removals, std::vector<ModuleNames>& names) {
    std::map<ModuleId, std::uint64_t> removed_at;
    for (std::size_t i = 0; i < removals.rows(); ++i) {
        const auto row = removals.row(i);
        if (row[0] > kMaxId || row[1] > kMaxId || row[3] == 0) continue;
        removed_at[module_of(row)] = row[3];
    }
    for (auto& each : names) {
        const auto found = removed_at.find(each.module);
        if (found == removed_at.end()) continue;
        each.removed_at = found->second;
        removed_at.erase(found);
    }
    for (const auto& [id, at] : removed_at) {
        ModuleNames gone;
        gone.module = id;
        gone.removed_at = at;
        names.push_back(std::move(gone));
    }
}

}  // namespace lars::store
