#include "store/instance_listing.hpp"

#include "store/engine/connection.hpp"
#include "store/expiries.hpp"
#include "store/module_condition.hpp"
#include "store/route_tables.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lars::store {
namespace {

std::string select(const std::string& table, const std::optional<ModuleId>& module) {
    const std::string others =
        table == "RouteData" ? "'0', '', ''" : "r.state, HEX(r.address), r.reason";
    return "SELECT r.id, r.modid, r.cmdid, r.serverip, r.serverport, r.weight, r.zone, r.tags,"
           " HEX(r.owner), " +
           others +
           ", r.since, COALESCE(o.host, ''), EXISTS (SELECT 1 FROM HeldExpiry h WHERE"
           " h.owner = r.owner AND h.confirmed = 0 AND (h.modid = " +
           std::to_string(kAllModules) +
           " OR"
           " (h.modid = r.modid AND h.cmdid = r.cmdid))) FROM " +
           table + " r LEFT JOIN Owner o ON o.owner = r.owner WHERE r.owner <> " +
           std::string(kNoOwner) + (module ? " AND r.modid = ? AND r.cmdid = ?" : "");
}

Awaitable<std::vector<ListedInstance>> read(
    Connection& connection, std::optional<ModuleId> module
) {
    constexpr std::size_t kSince = 12;
    std::vector<ListedInstance> all;
    for (const auto* table : {"RouteData", "RouteMore"}) {
        const auto sql = select(table, module);
        const auto parameters = encode(module);
        const auto rows = co_await connection.query_text(sql, parameters);
        auto decoded = decode_owned(rows, std::string_view(table) == "RouteData");
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const auto row = rows.row(i);
            ListedInstance listed;
            listed.row = std::move(decoded[i].row);
            listed.since = parse_column<std::uint64_t>(row[kSince]).value_or(0);
            listed.host = row[kSince + 1];
            listed.held = row[kSince + 2] == "1";
            all.push_back(std::move(listed));
        }
    }
    std::ranges::sort(all, {}, [](const ListedInstance& each) {
        return std::tie(each.row.module, each.row.endpoint, each.row.owner);
    });
    co_return all;
}

}  // namespace

Awaitable<Result<std::vector<ListedInstance>>> list_instances(
    Database& database, std::optional<ModuleId> module
) {
    return database.run(Mode::read, read, module);
}

}  // namespace lars::store
