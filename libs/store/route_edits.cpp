#include "store/route_edits.hpp"

#include "store/edit.hpp"
#include "store/engine/bulk.hpp"
#include "store/module_condition.hpp"
#include "store/route_decode.hpp"

#include <algorithm>
#include <span>

namespace lars::store {
namespace {

using Rows = std::vector<RouteRow>;

// Between two calls of Progress.
constexpr std::size_t kProgressRows = 512;

// All that say how far this store, or one that it was a backup of, had come.
constexpr const char* kHighestVersion =
    "SELECT COALESCE(MAX(version), 0) FROM (SELECT version FROM RouteVersion"
    " UNION ALL SELECT MAX(version) FROM RouteLog UNION ALL SELECT MAX(version) FROM RouteAudit"
    " UNION ALL SELECT MAX(version) FROM StoreIdentity WHERE standing = 'own') v";

// Above all that agents can bring: also those that are off while the table is confirmed. More than
// the changes that any store has seen; and as seconds, for scripts that write a clock's reading, a
// century. So high a version that it is a reading in finer units is raised by half a year in µs.
std::uint64_t raised(std::uint64_t highest) {
    constexpr std::uint64_t kFinerUnits = 1ULL << 40;
    return highest + (highest < kFinerUnits ? 1ULL << 32 : 1ULL << 44);
}

// A derived table of that many rows of parameters, each row once.
std::string given_rows(std::size_t count) {
    std::string sql = "(SELECT ? AS modid, ? AS cmdid, ? AS serverip, ? AS serverport, ? AS wanted";
    for (std::size_t i = 1; i < count; ++i) sql += " UNION SELECT ?, ?, ?, ?, ?";
    return sql + ") g";
}

constexpr const char* kSameRow =
    "r.modid = g.modid AND r.cmdid = g.cmdid"
    " AND r.serverip = g.serverip AND r.serverport = g.serverport";

std::string select_missing(std::size_t count) {
    return "SELECT g.modid, g.cmdid, g.serverip, g.serverport, g.wanted FROM " + given_rows(count) +
           " WHERE NOT EXISTS (SELECT 1 FROM RouteData r WHERE " + kSameRow + ")";
}

std::string insert_missing(const Dialect&, std::size_t count) {
    return "INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight) " +
           select_missing(count);
}

std::string reweight(const Dialect& dialect, std::size_t count) {
    const auto on = std::string(kSameRow) + " AND r.weight <> g.wanted";
    return fill(
        dialect.update_joined,
        {{"table", "RouteData"},
         {"source", given_rows(count)},
         {"on", on},
         {"set", "weight = g.wanted"}}
    );
}

std::string delete_present(const Dialect& dialect, std::size_t count) {
    return fill(
        dialect.delete_joined,
        {{"table", "RouteData"}, {"source", given_rows(count)}, {"on", kSameRow}}
    );
}

Awaitable<> begin_edit(Connection& connection, const Result<void>& allowed) {
    if (!allowed) throw Failure(allowed.error());
    co_await lock_routes(connection);
}

Awaitable<RouteListing> read_listing(Connection& connection, std::optional<ModuleId> module) {
    const auto sql = std::string(kSelectRoutes) + module_condition(module) +
                     "ORDER BY modid, cmdid, serverip, serverport";
    const auto table = co_await connection.query(sql, encode(module));
    RouteListing listing;
    listing.rows = decode_route_rows(table, listing.flaws);
    co_return listing;
}

Awaitable<Rows> list_rows(Connection& connection, std::optional<ModuleId> module) {
    auto listing = co_await read_listing(connection, module);
    co_return std::move(listing.rows);
}

Awaitable<PutCount> put_rows(Connection& connection, const Rows& rows, const Progress& progress) {
    const auto allowed = check_servable(rows);
    co_await begin_edit(connection, allowed);
    PutCount count;
    const auto once = each_once(rows);
    const auto reweighted = weighted(once);
    count.reweighted = co_await change_rows<RouteRow>(connection, reweight, reweighted, encode);
    for (std::size_t done = 0; done < once.size();) {
        const auto left = std::span(once).subspan(done);
        const auto some = left.first(std::min(left.size(), kProgressRows));
        const auto added = co_await change_rows<RouteRow>(connection, insert_missing, some, encode);
        count.added += added;
        done += some.size();
        if (progress) progress(done);
    }
    count.present = once.size() - count.added;
    co_return count;
}

// These numbers came from RouteRow, so they are one, whether a node can be there or not.
RouteRow row_given(std::span<const std::uint64_t> row) {
    const ModuleId module{static_cast<std::int32_t>(row[0]), static_cast<std::int32_t>(row[1])};
    const auto ip = static_cast<std::uint32_t>(row[2]);
    return {module, Endpoint::from_ipv4(ip, static_cast<std::uint16_t>(row[3])), {}};
}

Awaitable<Rows> missing_rows(Connection& connection, const Rows& rows) {
    Rows missing;
    const auto parts = parts_of(std::span(rows), connection.dialect().max_rows);
    for (const auto part : parts) {
        const auto sql = select_missing(part.size());
        auto asking = connection.query(sql, encode_all(part, encode));
        const auto table = co_await std::move(asking);
        for (std::size_t i = 0; i < table.rows(); ++i) missing.push_back(row_given(table.row(i)));
    }
    co_return missing;
}

// An edit of some rows only would be one that nobody asked for.
Awaitable<> require_present(Connection& connection, const Rows& rows) {
    const auto missing = co_await missing_rows(connection, rows);
    if (!missing.empty()) throw Failure(not_there(missing));
}

Awaitable<std::size_t> change_weights(Connection& connection, const Rows& given) {
    const auto allowed = check_servable(given);
    co_await begin_edit(connection, allowed);
    const auto rows = each_once(given);
    co_await require_present(connection, rows);
    const auto changed = co_await change_rows<RouteRow>(connection, reweight, rows, encode);
    if (changed > 0) co_await write_audit(connection, "weight", 0);
    co_return changed;
}

Awaitable<std::size_t> remove_rows(Connection& connection, const Rows& given) {
    const auto allowed = check_storable(given);
    co_await begin_edit(connection, allowed);
    const auto rows = each_once(given);
    co_await require_present(connection, rows);
    const auto removed = co_await change_rows<RouteRow>(connection, delete_present, rows, encode);
    if (removed > 0) co_await write_audit(connection, "remove", removed);
    co_return removed;
}

Awaitable<Confirmation> confirm_rows(Connection& connection) {
    co_await lock_routes(connection);
    co_return co_await confirm_routes(connection);
}

}  // namespace

Awaitable<PutCount> put_routes(Connection& connection, const Rows& rows, const Progress& progress) {
    return put_rows(connection, rows, progress);
}

Awaitable<Confirmation> confirm_routes(Connection& connection) {
    // RouteVersion may have been emptied with RouteData.
    co_await connection.change(
        std::string(connection.dialect().insert_ignore) +
        " INTO RouteVersion(id, version) VALUES (1, 1)"
    );
    const auto highest = co_await connection.query(kHighestVersion);
    const Parameters version(raised(highest.values.at(0)));
    co_await connection.change(
        "UPDATE RouteVersion SET version = ?, route_rows = (SELECT COUNT(*) FROM RouteData)"
        " WHERE id = 1",
        version
    );
    const auto adopted = co_await adopt_brought(connection);
    co_await write_audit(connection, "confirm", 0);
    const auto now = co_await connection.query(
        "SELECT version, (SELECT COUNT(*) FROM RouteData) FROM RouteVersion WHERE id = 1"
    );
    co_return Confirmation{now.values.at(0), now.values.at(1), adopted};
}

Awaitable<Result<RouteListing>> RouteEdits::read(std::optional<ModuleId> module) {
    return database_.run(Mode::read, read_listing, module);
}

Awaitable<Result<Rows>> RouteEdits::list(std::optional<ModuleId> module) {
    return database_.run(Mode::read, list_rows, module);
}

Awaitable<Result<PutCount>> RouteEdits::put(Rows rows, Progress progress) {
    return database_.run(Mode::write, put_rows, std::move(rows), std::move(progress));
}

Awaitable<Result<std::size_t>> RouteEdits::set_weights(Rows rows) {
    return database_.run(Mode::write, change_weights, std::move(rows));
}

Awaitable<Result<std::size_t>> RouteEdits::remove(Rows rows) {
    return database_.run(Mode::write, remove_rows, std::move(rows));
}

Awaitable<Result<Confirmation>> RouteEdits::confirm() {
    return database_.run(Mode::write, confirm_rows);
}

}  // namespace lars::store
