#include "store/route_edits.hpp"

#include "base/tags.hpp"
#include "store/edit.hpp"
#include "store/engine/bulk.hpp"
#include "store/expiries.hpp"
#include "store/route_decode.hpp"
#include "store/route_diff.hpp"
#include "store/route_rows.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace lars::store {
namespace {

using Rows = std::vector<RouteRow>;

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

Result<void> check_edit(Rows rows, const RouteEdit& edit) {
    for (auto& row : rows) {
        row.weight = edit.weight;
        row.zone = edit.zone;
    }
    for (const auto& tag : edit.tags) {
        const auto why = why_no_tag(tag);
        if (!why.empty()) return Error{ErrorKind::invalid, "tag " + tag + ": " + std::string(why)};
    }
    return check_servable(rows);
}

Awaitable<> begin_edit(Connection& connection, const Result<void>& allowed) {
    if (!allowed) throw Failure(allowed.error());
    co_await lock_routes(connection);
}

Awaitable<Rows> list_rows(Connection& connection, std::optional<ModuleId> module) {
    auto listing = co_await read_route_listing(connection, module);
    co_return std::move(listing.rows);
}

Awaitable<std::vector<PresentRow>> read_present(
    Connection& connection, const RouteTableSql& table, std::span<const RouteRow> rows
) {
    const auto sql = table.select(connection.dialect(), rows.size());
    const auto parameters = encode_all(rows, table.encode_key);
    const auto found = co_await connection.query_text(sql, parameters);
    co_return decode_present(found);
}

const RouteRow& row_of(const RouteRow& row) {
    return row;
}

const RouteRow& row_of(const PresentRow& present) {
    return present.row;
}

template <class Row>
std::vector<Row> rows_in(const RouteTableSql& table, const std::vector<Row>& rows) {
    std::vector<Row> some;
    const auto is_in = [&](const Row& row) {
        return row_of(row).in_route_data() == table.route_data;
    };
    std::ranges::copy_if(rows, std::back_inserter(some), is_in);
    return some;
}

Awaitable<> put_part(
    Connection& connection,
    const RouteTableSql& table,
    std::span<const RouteRow> part,
    PutCount& count
) {
    const auto present = co_await read_present(connection, table, part);
    const auto diff = diff_to_put(part, present);
    co_await change_rows<RouteRow>(connection, table.insert, diff.missing, table.encode_insert);
    co_await change_rows<PresentRow>(connection, table.update, diff.changed, table.encode_update);
    count.added += diff.missing.size();
    count.present += part.size() - diff.missing.size();
    count.changed += diff.endpoints_changed;
}

Awaitable<PutCount> put_rows(Connection& connection, const Rows& rows, const Progress& progress) {
    const auto allowed = check_servable(rows);
    co_await begin_edit(connection, allowed);
    PutCount count;
    const auto once = each_once(rows);
    for (const auto& table : route_tables()) {
        const auto of_table = rows_in(table, once);
        const auto parts = parts_of(std::span(of_table), connection.dialect().max_rows);
        for (const auto part : parts) {
            co_await put_part(connection, table, part, count);
            if (progress) progress(count.added + count.present);
        }
    }
    co_return count;
}

// All that the edit means must be there: an edit of some only would be one that nobody asked for.
Awaitable<RouteDiff> find_all(Connection& connection, const Rows& given, const RouteEdit& edit) {
    const auto rows = each_once(given);
    RouteDiff all;
    for (const auto& table : route_tables()) {
        const auto of_table = rows_in(table, rows);
        const auto parts = parts_of(std::span(of_table), connection.dialect().max_rows);
        for (const auto part : parts) {
            const auto present = co_await read_present(connection, table, part);
            all.append(diff_to_edit(part, edit, present));
        }
    }
    if (!all.missing.empty()) throw Failure(not_there(all.missing));
    co_return all;
}

std::string action_of(const RouteEdit& edit) {
    if (edit.weight) return "weight";
    return edit.zone ? "zone" : "tag";
}

Awaitable<std::size_t> change_present(
    Connection& connection, const Rows& given, const RouteEdit& edit
) {
    const auto allowed = check_edit(given, edit);
    co_await begin_edit(connection, allowed);
    const auto diff = co_await find_all(connection, given, edit);
    for (const auto& table : route_tables()) {
        const auto rows = rows_in(table, diff.changed);
        co_await change_rows<PresentRow>(connection, table.update, rows, table.encode_update);
    }
    if (diff.endpoints_changed > 0) co_await write_audit(connection, action_of(edit), 0);
    co_return diff.endpoints_changed;
}

Awaitable<std::size_t> remove_and_audit(Connection& connection, const Rows& given) {
    const auto removed = co_await remove_routes(connection, given);
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

Awaitable<std::size_t> remove_routes(Connection& connection, const Rows& rows) {
    const auto allowed = check_storable(rows);
    co_await begin_edit(connection, allowed);
    const RouteEdit none;
    const auto diff = co_await find_all(connection, rows, none);
    std::size_t removed = 0;
    for (const auto& table : route_tables()) {
        const auto of_table = rows_in(table, diff.present);
        removed += co_await change_rows<PresentRow>(connection, table.remove, of_table, encode_id);
    }
    co_return removed;
}

Awaitable<RouteListing> read_route_listing(Connection& connection, std::optional<ModuleId> module) {
    auto which = module ? rows_of(*module) : all_rows();
    const auto read = co_await read_route_rows(connection, std::move(which));
    RouteListing listing;
    listing.rows = decode_route_rows(read, listing.flaws);
    for (auto& split : decode_splits(read.splits)) listing.splits.push_back(std::move(split.row));
    co_return listing;
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
        "UPDATE RouteVersion SET version = ?, route_rows = (SELECT COUNT(*) FROM RouteData),"
        " more_rows = (SELECT COUNT(*) FROM RouteMore) WHERE id = 1",
        version
    );
    const auto adopted = co_await adopt_brought(connection);
    co_await confirm_held(connection);
    co_await write_audit(connection, "confirm", 0);
    const auto now = co_await connection.query(
        "SELECT version, route_rows + more_rows FROM RouteVersion WHERE id = 1"
    );
    co_return Confirmation{now.values.at(0), now.values.at(1), adopted};
}

Awaitable<Result<RouteListing>> RouteEdits::read(std::optional<ModuleId> module) {
    return database_.run(Mode::read, read_route_listing, module);
}

Awaitable<Result<Rows>> RouteEdits::list(std::optional<ModuleId> module) {
    return database_.run(Mode::read, list_rows, module);
}

Awaitable<Result<PutCount>> RouteEdits::put(Rows rows, Progress progress) {
    return database_.run(Mode::write, put_rows, std::move(rows), std::move(progress));
}

Awaitable<Result<std::size_t>> RouteEdits::change(Rows rows, RouteEdit edit) {
    return database_.run(Mode::write, change_present, std::move(rows), std::move(edit));
}

Awaitable<Result<std::size_t>> RouteEdits::remove(Rows rows) {
    return database_.run(Mode::write, remove_and_audit, std::move(rows));
}

Awaitable<Result<Confirmation>> RouteEdits::confirm() {
    return database_.run(Mode::write, confirm_rows);
}

}  // namespace lars::store
