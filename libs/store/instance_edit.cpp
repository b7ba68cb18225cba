#include "store/instance_edit.hpp"

#include "store/engine/bulk.hpp"
#include "store/module_condition.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace lars::store {
namespace {

template <class Key>
Awaitable<> read_some(
    Connection& connection,
    std::string (*select)(const Dialect&, std::size_t),
    std::span<const Key> keys,
    void (*encode)(const Key&, Parameters&),
    bool route_data,
    std::vector<PresentOwnedRow>& present
) {
    const auto& dialect = connection.dialect();
    const auto parts = parts_of(keys, dialect.max_rows);
    for (const auto part : parts) {
        const auto sql = select(dialect, part.size());
        const auto parameters = encode_all(part, encode);
        const auto rows = co_await connection.query_text(sql, parameters);
        auto decoded = decode_owned(rows, route_data);
        std::ranges::move(decoded, std::back_inserter(present));
    }
}

template <class Row, class In>
std::vector<Row> rows_in(bool route_data, const std::vector<Row>& rows, In in_route_data) {
    std::vector<Row> some;
    for (const auto& each : rows) {
        if (in_route_data(each) == route_data) some.push_back(each);
    }
    return some;
}

struct AuditLine {
    std::uint64_t version = 0;
    std::string actor;
    InstanceAudit entry;
};

std::string write_lines(const Dialect&, std::size_t rows) {
    return "INSERT INTO RouteAudit(version, action, actor, removed, modid, cmdid, detail) VALUES " +
           value_lists(7, rows);
}

void encode_line(const AuditLine& line, Parameters& parameters) {
    parameters.add(line.version).add(std::string_view(to_string(line.entry.kind)));
    parameters.add(std::string_view(line.actor)).add(line.entry.removed);
    encode(line.entry.module, parameters);
    parameters.add(std::string_view(line.entry.detail));
}

std::vector<AuditLine> lines_of(
    const Actors& actors, std::vector<InstanceEvent> events, std::uint64_t version
) {
    std::vector<AuditLine> lines;
    for (auto& entry : audit_of(std::move(events))) {
        const auto found = actors.find(entry.owner);
        lines.push_back({version, found == actors.end() ? "" : found->second, std::move(entry)});
    }
    return lines;
}

}  // namespace

std::string actor_of(const OwnerId& owner, const std::string& host) {
    const auto text = "owner " + short_text(owner);
    return host.empty() ? "agent, " + text : "agent of " + host + ", " + text;
}

Awaitable<std::vector<PresentOwnedRow>> read_instances(
    Connection& connection, const WantedRows& wanted
) {
    std::vector<OwnedRow> keys;
    for (const auto* rows : {&wanted.rows, &wanted.withdrawn}) {
        for (const auto& each : *rows) {
            if (!wanted.whole.contains(each.owner)) keys.push_back(each);
        }
    }
    const std::vector<OwnerId> owners(wanted.whole.begin(), wanted.whole.end());
    std::vector<PresentOwnedRow> present;
    for (const auto& table : owned_tables()) {
        co_await read_some<OwnedRow>(
            connection, table.select, keys, table.encode_key, table.route_data, present
        );
        co_await read_some<OwnerId>(
            connection, table.select_of, owners, encode_owner, table.route_data, present
        );
    }
    co_return present;
}

// What moves is added before it is removed, so that nobody who reads in between misses it.
Awaitable<> apply_instances(
    Connection& connection, const InstanceDiff& diff, const Actors& actors
) {
    const auto stands = [](const PresentOwnedRow& each) { return each.in_route_data; };
    const auto belongs = [](const OwnedRow& each) { return each.in_route_data(); };
    for (const auto& table : owned_tables()) {
        const auto added = rows_in(table.route_data, diff.added, belongs);
        co_await change_rows<OwnedRow>(connection, table.insert, added, table.encode_insert);
        const auto changed = rows_in(table.route_data, diff.changed, stands);
        co_await change_rows<PresentOwnedRow>(
            connection, table.update, changed, table.encode_update
        );
    }
    for (const auto& table : owned_tables()) {
        const auto removed = rows_in(table.route_data, diff.removed, stands);
        co_await change_rows<PresentOwnedRow>(connection, table.remove, removed, encode_owned_id);
    }
    if (diff.events.empty()) co_return;
    const auto version = co_await connection.query("SELECT version FROM RouteVersion WHERE id = 1");
    const auto lines = lines_of(actors, diff.events, version.values.at(0));
    co_await change_rows<AuditLine>(connection, write_lines, lines, encode_line);
}

}  // namespace lars::store
