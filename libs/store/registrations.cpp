#include "store/registrations.hpp"

#include "store/edit.hpp"
#include "store/engine/bulk.hpp"
#include "store/instance_edit.hpp"
#include "store/module_condition.hpp"
#include "store/names.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace lars::store {
namespace {

using Changes = std::vector<OwnerChange>;

/// How far an owner has come.
struct Progress {
    std::uint64_t start = 0;
    std::uint64_t seq = 0;

    friend auto operator<=>(const Progress&, const Progress&) = default;
};

template <class T>
std::string in_list(std::string_view before, std::span<const T> values) {
    return std::string(before) + " IN " + value_lists(values.size(), 1);
}

Awaitable<std::map<OwnerId, Progress>> read_progress(
    Connection& connection, const Changes& changes
) {
    std::vector<OwnerId> owners;
    for (const auto& each : changes) owners.push_back(each.owner);
    std::map<OwnerId, Progress> progress;
    const auto parts = parts_of<OwnerId>(owners, connection.dialect().max_rows);
    for (const auto part : parts) {
        const auto sql = in_list("SELECT HEX(owner), start, seq FROM Owner WHERE owner", part);
        const auto parameters = encode_all<OwnerId>(part, encode_owner);
        const auto rows = co_await connection.query_text(sql, parameters);
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const auto row = rows.row(i);
            progress[owner_from_hex(row[0]).value_or(OwnerId{})] = {
                parse_column<std::uint64_t>(row[1]).value_or(0),
                parse_column<std::uint64_t>(row[2]).value_or(0)};
        }
    }
    co_return progress;
}

void encode_name(const std::string& name, Parameters& parameters) {
    parameters.add(std::string_view(name));
}

using Modules = std::map<std::string, ModuleId>;

Awaitable<> find_modules(
    Connection& connection, std::string sql, std::vector<std::string> names, Modules& modules
) {
    const auto parts = parts_of<std::string>(names, connection.dialect().max_rows);
    for (const auto part : parts) {
        const auto statement = in_list(sql, part);
        const auto parameters = encode_all<std::string>(part, encode_name);
        const auto rows = co_await connection.query_text(statement, parameters);
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const auto row = rows.row(i);
            const auto module = decode_module(row[1], row[2]);
            if (module) modules.try_emplace(row[0], *module);
        }
    }
}

// A name goes before an alias of the same text.
Awaitable<Modules> modules_of(Connection& connection, const std::set<std::string>& names) {
    Modules modules;
    const std::vector<std::string> all(names.begin(), names.end());
    co_await find_modules(
        connection, "SELECT name, modid, cmdid FROM ModuleName WHERE name", all, modules
    );
    std::vector<std::string> others;
    for (const auto& name : all) {
        if (!modules.contains(name)) others.push_back(name);
    }
    co_await find_modules(
        connection,
        "SELECT a.name, n.modid, n.cmdid FROM ModuleAlias a JOIN ModuleName n ON n.name = a.target"
        " WHERE a.name",
        others,
        modules
    );
    co_return modules;
}

std::set<std::string> names_in(const Changes& changes) {
    std::set<std::string> names;
    const auto add = [&names](const ServiceRef& service) {
        if (!service.name.empty()) names.insert(service.name);
    };
    for (const auto& change : changes) {
        for (const auto& each : change.instances) add(each.key.service);
        for (const auto& each : change.withdrawn) add(each.key.service);
    }
    return names;
}

std::optional<ModuleId> module_of(const ServiceRef& service, const Modules& modules) {
    if (service.name.empty()) return service.id;
    const auto found = modules.find(service.name);
    if (found == modules.end()) return {};
    return found->second;
}

// Names that are new get modules.
Awaitable<> give_modules(Connection& connection, const Changes& changes, Modules& modules) {
    for (const auto& change : changes) {
        for (const auto& each : change.instances) {
            const auto& name = each.key.service.name;
            if (name.empty() || modules.contains(name) || !why_no_instance(each).empty()) continue;
            const auto made = co_await add_name(connection, name, std::nullopt);
            modules[name] = made.named.module;
        }
    }
}

OwnedRow row_of(const OwnerId& owner, ModuleId module, const Instance& instance) {
    OwnedRow row;
    row.owner = owner;
    row.module = module;
    row.endpoint = instance.key.endpoint;
    row.weight = instance.weight;
    row.zone = instance.zone;
    row.tags = instance.tags;
    row.state = instance.state;
    row.reason = instance.reason.substr(0, kMaxReasonLength);
    if (row.in_route_data()) row.reason.clear();  // it has no place there
    return row;
}

// Two services of one owner may be the same module, by a name and an alias: the last says it.
void want(
    const OwnerChange& change, const Modules& modules, WantedRows& wanted, StoredChange& stored
) {
    std::map<std::pair<ModuleId, Endpoint>, OwnedRow> rows;
    for (const auto& each : change.instances) {
        auto why = why_no_instance(each);
        const auto module = module_of(each.key.service, modules);
        if (!why.empty() || !module) {
            stored.refused.push_back({each.key, std::move(why)});
            continue;
        }
        rows[{*module, each.key.endpoint}] = row_of(change.owner, *module, each);
    }
    for (auto& [key, row] : rows) wanted.rows.push_back(std::move(row));
    if (change.whole) wanted.whole.insert(change.owner);
    for (const auto& each : change.withdrawn) {
        const auto module = module_of(each.key.service, modules);
        if (!module || rows.contains({*module, each.key.endpoint})) continue;
        OwnedRow row;
        row.owner = change.owner;
        row.module = *module;
        row.endpoint = each.key.endpoint;
        row.reason = each.reason.substr(0, kMaxReasonLength);
        wanted.withdrawn.push_back(std::move(row));
    }
}

std::string write_owners(const Dialect& dialect, std::size_t rows) {
    return upsert(dialect, "Owner", {"owner"}, {"host", "start", "seq"}, rows);
}

void encode_owner_row(const OwnerChange& change, Parameters& parameters) {
    encode(change.owner, parameters);
    parameters.add(std::string_view(change.host)).add(change.start).add(change.seq);
}

Awaitable<std::vector<StoredChange>> store_changes(Connection& connection, const Changes& given) {
    co_await lock_routes(connection);
    const auto progress = co_await read_progress(connection, given);
    std::vector<StoredChange> stored(given.size());
    Changes changes;
    std::map<OwnerId, std::size_t> places;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const auto found = progress.find(given[i].owner);
        const Progress now{given[i].start, given[i].seq};
        // The same one again is one whose answer was lost.
        stored[i].late = found != progress.end() && now < found->second;
        if (stored[i].late) continue;
        places[given[i].owner] = i;
        changes.push_back(given[i]);
    }
    const auto names = names_in(changes);
    auto modules = co_await modules_of(connection, names);
    co_await give_modules(connection, changes, modules);
    WantedRows wanted;
    for (const auto& each : changes) want(each, modules, wanted, stored[places[each.owner]]);
    auto present = co_await read_instances(connection, wanted);
    const auto diff = diff_of(wanted, std::move(present));
    Actors actors;
    for (const auto& each : changes) actors[each.owner] = actor_of(each.owner, each.host);
    co_await apply_instances(connection, diff, actors);
    for (const auto& each : diff.events) ++stored[places[each.owner]].rows;
    co_await change_rows<OwnerChange>(connection, write_owners, changes, encode_owner_row);
    co_return stored;
}

}  // namespace

Awaitable<Result<std::vector<StoredChange>>> Registrations::store(Changes changes) {
    return database_.run(Mode::write_committed, store_changes, std::move(changes));
}

}  // namespace lars::store
