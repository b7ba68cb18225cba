#include "store/expiries.hpp"

#include "store/edit.hpp"
#include "store/engine/bulk.hpp"
#include "store/instance_edit.hpp"
#include "store/module_condition.hpp"
#include "store/owner_sessions.hpp"
#include "store/route_tables.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace lars::store {
namespace {

// Rows that serve: RouteData's, and those of RouteMore that aren't failing.
constexpr const char* kServing =
    "(SELECT modid, cmdid, owner FROM RouteData{data}"
    " UNION ALL SELECT modid, cmdid, owner FROM RouteMore"
    " WHERE state IN (0, 2){more})";

// The owners' rows, by a condition that SQLite's index of them is made for.
std::string serving_of(std::size_t owners) {
    const auto theirs =
        "owner IN " + value_lists(owners, 1) + " AND owner <> " + std::string(kNoOwner);
    return fill(kServing, {{"data", " WHERE " + theirs}, {"more", " AND " + theirs}});
}

// All rows that serve of the modules in which owners have some. Module by module: a database that
// takes these for many reads the whole table instead.
std::string count_of_modules(const Dialect& dialect, std::size_t owners) {
    const auto count = [&](const std::string& table, const std::string& condition) {
        return "SELECT r.modid, r.cmdid, COUNT(*) AS n FROM (SELECT DISTINCT modid, cmdid FROM " +
               serving_of(owners) + " s) m" + std::string(dialect.ordered_join) + table +
               " r WHERE r.modid = m.modid AND r.cmdid = m.cmdid" + condition +
               " GROUP BY r.modid, r.cmdid";
    };
    return "SELECT modid, cmdid, SUM(n) FROM (" + count("RouteData", "") + " UNION ALL " +
           count("RouteMore", " AND r.state IN (0, 2)") + ") counts GROUP BY modid, cmdid";
}

Awaitable<std::vector<OwnedShare>> read_shares(
    Connection& connection, const std::vector<OwnerId>& owners
) {
    const auto& dialect = connection.dialect();
    std::vector<OwnedShare> shares;
    std::map<ModuleId, std::uint64_t> counts;
    const auto parts = parts_of<OwnerId>(owners, dialect.max_rows);
    for (const auto part : parts) {
        const auto once = encode_all<OwnerId>(part, encode_owner);
        auto twice = once;
        twice.append(once);
        const auto sql = "SELECT HEX(owner), modid, cmdid, COUNT(*) FROM " +
                         serving_of(part.size()) + " r GROUP BY owner, modid, cmdid";
        const auto rows = co_await connection.query_text(sql, twice);
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const auto row = rows.row(i);
            const auto module = decode_module(row[1], row[2]);
            if (!module) continue;
            OwnedShare share;
            share.owner = owner_from_hex(row[0]).value_or(OwnerId{});
            share.module = *module;
            share.serving = parse_column<std::uint64_t>(row[3]).value_or(0);
            shares.push_back(share);
        }
        auto four_times = twice;
        four_times.append(twice);
        const auto all =
            co_await connection.query(count_of_modules(dialect, part.size()), four_times);
        for (std::size_t i = 0; i < all.rows(); ++i) {
            const auto row = all.row(i);
            counts[decode_module(row[0], row[1])] = row[2];
        }
    }
    for (auto& each : shares) each.all = counts[each.module];
    co_return shares;
}

std::string write_held(const Dialect& dialect, std::size_t rows) {
    const auto row = "(?, ?, ?, ?, " + std::string(dialect.now_us) + ")";
    return std::string(dialect.insert_ignore) +
           " INTO HeldExpiry(owner, modid, cmdid, reason, since_us) VALUES " +
           joined(std::vector<std::string>(rows, row));
}

void encode_held(const HeldInstances& held, Parameters& parameters) {
    encode(held.owner, parameters);
    if (held.module) {
        encode(*held.module, parameters);
    } else {
        parameters.add(kAllModules).add(kAllModules);
    }
    parameters.add(std::string_view(to_string(held.reason)));
}

Awaitable<> hold_instances(Connection& connection, const std::vector<HeldInstances>& held) {
    co_await change_rows<HeldInstances>(connection, write_held, held, encode_held);
}

Awaitable<std::vector<HeldInstances>> read_held(Connection& connection) {
    const auto sql = "SELECT HEX(h.owner), h.modid, h.cmdid, h.reason, " +
                     std::string(connection.dialect().now_us) +
                     ", h.since_us, h.confirmed, COALESCE(o.host, '') FROM HeldExpiry h"
                     " LEFT JOIN Owner o ON o.owner = h.owner ORDER BY h.owner, h.modid, h.cmdid";
    const auto rows = co_await connection.query_text(sql);
    std::vector<HeldInstances> all;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto row = rows.row(i);
        HeldInstances held;
        held.owner = owner_from_hex(row[0]).value_or(OwnerId{});
        held.module = decode_module(row[1], row[2]);
        held.reason = row[3] == "flood" ? HeldBecause::flood : HeldBecause::last_ones;
        const auto now = parse_column<std::int64_t>(row[4]).value_or(0);
        const auto since = parse_column<std::int64_t>(row[5]).value_or(now);
        held.held_for = std::chrono::microseconds(now - since);
        held.confirmed = row[6] != "0";
        held.host = row[7];
        all.push_back(std::move(held));
    }
    co_return all;
}

std::string forget_sessions_of(const Dialect&, std::size_t owners) {
    return "DELETE FROM OwnerSession WHERE owner IN " + value_lists(owners, 1);
}

// The rows of such owners that aren't to go are kept by leaving them out of what stands there.
void leave_out_held(
    const std::map<OwnerId, Expiry>& expiries, std::vector<PresentOwnedRow>& present
) {
    const auto is_held = [&](const PresentOwnedRow& each) {
        const auto& except = expiries.at(each.row.owner).except;
        return std::ranges::find(except, each.row.module) != except.end();
    };
    std::erase_if(present, is_held);
}

Awaitable<std::size_t> expire_owners(
    Connection& connection,
    const std::vector<Expiry>& given,
    const std::string& why,
    std::chrono::microseconds lease
) {
    co_await lock_routes(connection);
    std::vector<OwnerId> owners;
    std::map<OwnerId, Expiry> expiries;
    for (const auto& each : given) {
        owners.push_back(each.owner);
        expiries[each.owner] = each;
    }
    const auto gone = co_await still_gone(connection, owners, lease);
    WantedRows wanted;
    wanted.whole.insert(gone.begin(), gone.end());
    wanted.expired = true;
    wanted.why = why;
    auto present = co_await read_instances(connection, wanted);
    leave_out_held(expiries, present);
    const auto diff = diff_of(wanted, std::move(present));
    Actors actors;
    for (const auto& owner : gone) actors[owner] = actor_of(owner, expiries[owner].host);
    co_await apply_instances(connection, diff, actors);
    std::vector<OwnerId> forgotten;
    for (const auto& owner : gone) {
        if (expiries[owner].except.empty()) forgotten.push_back(owner);
    }
    co_await forget_held(connection, forgotten);
    co_await change_rows<OwnerId>(connection, forget_sessions_of, forgotten, encode_owner);
    co_return gone.size();
}

}  // namespace

const char* to_string(HeldBecause reason) {
    return reason == HeldBecause::flood ? "flood" : "last_ones";
}

Awaitable<> confirm_held(Connection& connection) {
    co_await connection.change("UPDATE HeldExpiry SET confirmed = 1");
}

Awaitable<Result<std::vector<OwnedShare>>> Expiries::shares(std::vector<OwnerId> owners) {
    return database_.run(Mode::read, read_shares, std::move(owners));
}

Awaitable<Result<void>> Expiries::hold(std::vector<HeldInstances> held) {
    return database_.run(Mode::write_committed, hold_instances, std::move(held));
}

Awaitable<Result<std::vector<HeldInstances>>> Expiries::held() {
    return database_.run(Mode::read, read_held);
}

Awaitable<Result<std::size_t>> Expiries::expire(
    std::vector<Expiry> expiries, std::string why, std::chrono::microseconds lease
) {
    return database_.run(
        Mode::write_committed, expire_owners, std::move(expiries), std::move(why), lease
    );
}

}  // namespace lars::store
