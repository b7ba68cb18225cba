#include "store/owner_sessions.hpp"

#include "store/engine/bulk.hpp"
#include "store/instance_rows.hpp"
#include "store/route_tables.hpp"

#include <map>
#include <set>
#include <span>
#include <utility>

namespace lars::store {
namespace {

struct Row {
    DnsId dns{};
    SessionChange change;
};

std::string rows_of(const std::string& row, std::size_t rows) {
    return joined(std::vector<std::string>(rows, row));
}

std::string write_begun(const Dialect& dialect, std::size_t rows) {
    const auto row = "(?, ?, ?, " + std::string(dialect.now_us) + ", 0)";
    return "INSERT INTO OwnerSession(owner, dns, instance, since_us, ended_us) VALUES " +
           rows_of(row, rows) +
           dialect.on_conflict_set("owner, dns", {"instance", "since_us", "ended_us"});
}

std::string write_ended(const Dialect& dialect, std::size_t rows) {
    const std::string now(dialect.now_us);
    const auto row = "(?, ?, ?, " + now + ", " + now + " - ?)";
    return "INSERT INTO OwnerSession(owner, dns, instance, since_us, ended_us) VALUES " +
           rows_of(row, rows) + dialect.on_conflict_set("owner, dns", {"ended_us"});
}

std::string forget_ended(const Dialect&, std::size_t owners) {
    return "DELETE FROM OwnerSession WHERE ended_us > 0 AND owner IN " + value_lists(owners, 1);
}

std::string delete_held(const Dialect&, std::size_t owners) {
    return "DELETE FROM HeldExpiry WHERE owner IN " + value_lists(owners, 1);
}

void encode_begun(const Row& row, Parameters& parameters) {
    encode(row.change.owner, parameters);
    encode(row.dns, parameters);
    encode(row.change.instance, parameters);
}

void encode_ended(const Row& row, Parameters& parameters) {
    encode_begun(row, parameters);
    parameters.add(static_cast<std::uint64_t>(row.change.ago.count()));
}

Awaitable<> write_sessions(
    Connection& connection, const DnsId& dns, const std::vector<SessionChange>& changes
) {
    std::vector<Row> begun;
    std::vector<Row> ended;
    std::vector<OwnerId> living;
    for (const auto& each : changes) {
        (each.ended ? ended : begun).push_back({dns, each});
        if (!each.ended) living.push_back(each.owner);
    }
    co_await change_rows<Row>(connection, write_begun, begun, encode_begun);
    co_await change_rows<Row>(connection, write_ended, ended, encode_ended);
    co_await change_rows<OwnerId>(connection, forget_ended, living, encode_owner);
    co_await forget_held(connection, living);
}

Awaitable<std::vector<OtherSession>> read_elsewhere(
    Connection& connection,
    const DnsId& dns,
    const std::vector<OwnerId>& owners,
    std::chrono::microseconds lease
) {
    std::vector<OtherSession> all;
    const auto& dialect = connection.dialect();
    const auto parts = parts_of<OwnerId>(owners, dialect.max_rows);
    for (const auto part : parts) {
        const auto sql =
            "SELECT HEX(s.owner), HEX(s.instance), d.address FROM OwnerSession s"
            " JOIN DnsAlive d ON d.dns = s.dns WHERE s.ended_us = 0 AND s.dns <> ?"
            " AND d.seen_us + ? >= " +
            std::string(dialect.now_us) + " AND s.owner IN " + value_lists(part.size(), 1);
        Parameters parameters;
        encode(dns, parameters);
        parameters.add(static_cast<std::uint64_t>(lease.count()));
        for (const auto& owner : part) encode(owner, parameters);
        const auto rows = co_await connection.query_text(sql, parameters);
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const auto row = rows.row(i);
            OtherSession session;
            session.owner = owner_from_hex(row[0]).value_or(OwnerId{});
            session.instance = owner_from_hex(row[1]).value_or(AgentId{});
            session.dns = row[2];
            all.push_back(std::move(session));
        }
    }
    co_return all;
}

// The last sign of life of owners, as columns of their sessions `s` with their dns `d`.
constexpr const char* kSeen =
    "MAX(CASE WHEN s.ended_us > 0 THEN s.ended_us ELSE COALESCE(d.seen_us, 0) END)";

// Two indexes say who may be gone: who ended a session, and the sessions of a dns that is silent.
std::string select_gone(const Dialect& dialect) {
    const std::string now(dialect.now_us);
    return "SELECT HEX(s.owner), " + now + " - " + kSeen +
           ", COALESCE(MAX(o.host), '') FROM (SELECT owner FROM OwnerSession WHERE ended_us > 0"
           " UNION SELECT x.owner FROM DnsAlive a JOIN OwnerSession x ON x.dns = a.dns"
           " WHERE a.seen_us + ? < " +
           now +
           " AND x.ended_us = 0) q JOIN DnsAlive me ON me.dns = ? AND me.seen_us + ? >= " + now +
           " JOIN OwnerSession s ON s.owner = q.owner"
           " LEFT JOIN DnsAlive d ON d.dns = s.dns LEFT JOIN Owner o ON o.owner = s.owner"
           " GROUP BY s.owner HAVING " +
           kSeen + " + ? < " + now;
}

Awaitable<GoneOwners> read_gone(
    Connection& connection, const DnsId& dns, std::chrono::microseconds lease
) {
    const auto us = static_cast<std::uint64_t>(lease.count());
    const auto sql = select_gone(connection.dialect());
    Parameters parameters(us);
    encode(dns, parameters);
    parameters.add(us).add(us);
    const auto rows = co_await connection.query_text(sql, parameters);
    GoneOwners gone;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto row = rows.row(i);
        GoneOwner owner;
        owner.owner = owner_from_hex(row[0]).value_or(OwnerId{});
        owner.silent = std::chrono::microseconds(parse_column<std::int64_t>(row[1]).value_or(0));
        owner.host = row[2];
        gone.owners.push_back(std::move(owner));
    }
    if (gone.owners.empty()) co_return gone;
    const auto known = co_await connection.query("SELECT COUNT(DISTINCT owner) FROM OwnerSession");
    gone.known = known.values.at(0);
    co_return gone;
}

Awaitable<std::size_t> adopt(Connection& connection) {
    const auto& dialect = connection.dialect();
    const std::string now(dialect.now_us);
    // Kept as long as a session says when it was seen last.
    const auto forget = "DELETE FROM DnsAlive WHERE seen_us + 86400000000 < " + now +
                        " AND dns NOT IN (SELECT dns FROM OwnerSession WHERE ended_us = 0)";
    co_await connection.change(forget);
    const std::string sessions =
        "UPDATE OwnerSession SET ended_us = " + now + " WHERE ended_us > " + now;
    co_await connection.change(sessions);
    const std::string services =
        "UPDATE DnsAlive SET seen_us = " + now + " WHERE seen_us > " + now + " + 1000000";
    co_await connection.change(services);
    const std::string nobody(kNoOwner);
    const auto select = [&](const std::string& table) {
        return "SELECT DISTINCT r.owner, " + nobody + ", " + nobody + ", " + now + ", " + now +
               " FROM " + table +
               " r LEFT JOIN OwnerSession s ON s.owner = r.owner"
               " WHERE r.owner <> " +
               nobody + " AND s.owner IS NULL";
    };
    std::size_t adopted = 0;
    for (const auto* table : {"RouteData", "RouteMore"}) {
        const auto sql = std::string(dialect.insert_ignore) +
                         " INTO OwnerSession(owner, dns, instance, since_us, ended_us) " +
                         select(table);
        const auto rows = co_await connection.change(sql);
        adopted += rows;
    }
    co_return adopted;
}

}  // namespace

Awaitable<> forget_held(Connection& connection, std::vector<OwnerId> owners) {
    co_await change_rows<OwnerId>(connection, delete_held, owners, encode_owner);
}

Awaitable<std::vector<OwnerId>> still_gone(
    Connection& connection, std::vector<OwnerId> owners, std::chrono::microseconds lease
) {
    const auto& dialect = connection.dialect();
    const auto parts = parts_of<OwnerId>(owners, dialect.max_rows);
    std::vector<OwnerId> gone;
    for (const auto part : parts) {
        const auto list = value_lists(part.size(), 1);
        const auto parameters = encode_all<OwnerId>(part, encode_owner);
        const auto lock = "SELECT since_us FROM OwnerSession WHERE owner IN " + list +
                          std::string(dialect.for_update);
        co_await connection.query(lock, parameters);
        const auto sql =
            "SELECT HEX(s.owner) FROM OwnerSession s"
            " LEFT JOIN DnsAlive d ON d.dns = s.dns WHERE s.owner IN " +
            list + " GROUP BY s.owner HAVING " + kSeen + " + ? < " + std::string(dialect.now_us);
        auto with_lease = parameters;
        with_lease.add(static_cast<std::uint64_t>(lease.count()));
        const auto rows = co_await connection.query_text(sql, with_lease);
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            gone.push_back(owner_from_hex(rows.row(i)[0]).value_or(OwnerId{}));
        }
    }
    co_return gone;
}

Awaitable<Result<void>> OwnerSessions::write(DnsId dns, std::vector<SessionChange> changes) {
    return database_.run(Mode::write_committed, write_sessions, dns, std::move(changes));
}

Awaitable<Result<std::vector<OtherSession>>> OwnerSessions::elsewhere(
    DnsId dns, std::vector<OwnerId> owners, std::chrono::microseconds lease
) {
    return database_.run(Mode::read, read_elsewhere, dns, std::move(owners), lease);
}

Awaitable<Result<GoneOwners>> OwnerSessions::gone(DnsId dns, std::chrono::microseconds lease) {
    return database_.run(Mode::read, read_gone, dns, lease);
}

Awaitable<Result<std::size_t>> OwnerSessions::adopt_strays() {
    return database_.run(Mode::write_committed, adopt);
}

}  // namespace lars::store
