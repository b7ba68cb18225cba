#include "store/names.hpp"

#include "base/module_name.hpp"
#include "store/edit.hpp"
#include "store/module_condition.hpp"

#include <limits>
#include <map>

namespace lars::store {
namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw Failure(ErrorKind::invalid, why);
}

void require_name(const std::string& name) {
    const auto why = why_no_name(name);
    if (!why.empty()) refuse("'" + name + "' is no name: " + std::string(why));
}

void require_module(ModuleId module) {
    if (!module.valid()) refuse("module " + to_string(module) + ": negative id");
}

std::string words_of(const NamedModule& named) {
    if (named.target.empty())
        return named.name + " is the name of module " + to_string(named.module);
    return named.name + " is an alias of " + named.target;
}

[[noreturn]] void refuse_missing(const std::string& name) {
    refuse("no module is called " + name);
}

// Highest of the ids that were given, whoever has emptied the counter.
constexpr const char* kLastGiven =
    "SELECT COALESCE(MAX(cmdid), 0) FROM (SELECT cmdid FROM NameCounter WHERE id = 1"
    " UNION ALL SELECT MAX(cmdid) FROM ModuleName WHERE modid = 1073741824"
    " UNION ALL SELECT MAX(cmdid) FROM RouteData WHERE modid = 1073741824"
    " UNION ALL SELECT MAX(cmdid) FROM RouteMore WHERE modid = 1073741824) g";

Awaitable<ModuleId> give_ids(Connection& connection) {
    const auto last = co_await connection.query(kLastGiven);
    const auto next = last.values.at(0) + 1;
    if (next > std::numeric_limits<std::int32_t>::max()) refuse("there are no more ids to give");
    const auto sql = upsert(connection.dialect(), "NameCounter", {"id"}, {"cmdid"}, 1);
    const Parameters parameters(1, next);
    co_await connection.change(sql, parameters);
    co_return ModuleId{kNamedModid, static_cast<std::int32_t>(next)};
}

/// The name of a module; empty: it has none.
Awaitable<std::string> name_of(Connection& connection, ModuleId module) {
    const auto sql = "SELECT name FROM ModuleName " + std::string(module_condition(module));
    const auto found = co_await connection.query_text(sql, encode(std::optional(module)));
    co_return found.rows() == 0 ? std::string() : found.values[0];
}

Awaitable<> require_unnamed(Connection& connection, ModuleId module) {
    const auto name = co_await name_of(connection, module);
    if (name.empty()) co_return;
    refuse(
        "module " + to_string(module) + " is called " + name +
        ", and a module has one name: rename that, remove it, or make an alias of it"
    );
}

Awaitable<> insert_name(Connection& connection, const std::string& name, ModuleId module) {
    Parameters parameters(name);
    encode(module, parameters);
    co_await connection.change(
        "INSERT INTO ModuleName(name, modid, cmdid) VALUES (?, ?, ?)", std::move(parameters)
    );
}

Awaitable<> insert_alias(
    Connection& connection, const std::string& name, const std::string& target
) {
    // One that dangles stood for nothing.
    co_await connection.change("DELETE FROM ModuleAlias WHERE name = ?", Parameters(name));
    const Parameters parameters(name, target);
    co_await connection.change("INSERT INTO ModuleAlias(name, target) VALUES (?, ?)", parameters);
}

Awaitable<NameEdit> add(Connection& connection, std::string name, std::optional<ModuleId> module) {
    require_name(name);
    co_await lock_routes(connection);
    co_return co_await add_name(connection, name, module);
}

Awaitable<NameEdit> add_alias(Connection& connection, std::string name, std::string target) {
    require_name(name);
    require_name(target);
    co_await lock_routes(connection);
    const auto of = co_await find_name(connection, target);
    if (!of) refuse_missing(target);
    if (!of->target.empty()) refuse(words_of(*of) + ": make an alias of that");
    const auto taken = co_await find_name(connection, name);
    NameEdit edit;
    edit.named = {name, of->module, target};
    if (taken == edit.named) co_return edit;
    if (taken) refuse(words_of(*taken) + " already");
    co_await insert_alias(connection, name, target);
    co_await write_audit(connection, "add alias", 0);
    edit.changed = true;
    co_return edit;
}

Awaitable<std::optional<NamedModule>> resolve(Connection& connection, std::string name) {
    if (!why_no_name(name).empty()) co_return std::nullopt;
    co_return co_await find_name(connection, name);
}

Awaitable<std::vector<NameRow>> list_names(Connection& connection) {
    const auto names = co_await connection.query_text(
        "SELECT name, modid, cmdid, created_at FROM ModuleName ORDER BY name"
    );
    const auto aliases =
        co_await connection.query_text("SELECT target, name FROM ModuleAlias ORDER BY name");
    std::map<std::string, std::vector<std::string>> by_target;
    for (std::size_t i = 0; i < aliases.rows(); ++i) {
        by_target[aliases.row(i)[0]].push_back(aliases.row(i)[1]);
    }
    std::vector<NameRow> all;
    for (std::size_t i = 0; i < names.rows(); ++i) {
        const auto row = names.row(i);
        const auto modid = parse_column<std::int32_t>(row[1]);
        const auto cmdid = parse_column<std::int32_t>(row[2]);
        if (!modid || !cmdid || !why_no_name(row[0]).empty()) continue;
        NameRow each;
        each.name = row[0];
        each.module = {*modid, *cmdid};
        each.created_at = parse_column<std::uint64_t>(row[3]).value_or(0);
        each.aliases = std::move(by_target[row[0]]);
        all.push_back(std::move(each));
    }
    co_return all;
}

Awaitable<NameEdit> rename_module(Connection& connection, std::string from, std::string to) {
    require_name(from);
    require_name(to);
    co_await lock_routes(connection);
    const auto named = co_await find_name(connection, from);
    if (!named) refuse_missing(from);
    const auto taken = co_await find_name(connection, to);
    NameEdit edit;
    edit.named = {to, named->module, ""};
    if (named->target == to || from == to) co_return edit;  // so it was renamed before
    if (!named->target.empty()) refuse(words_of(*named) + ": rename that");
    if (taken && taken->target != from) refuse(words_of(*taken) + " already");
    // An alias of it may become its name.
    co_await connection.change("DELETE FROM ModuleAlias WHERE name = ?", Parameters(to));
    const Parameters names(to, from);
    co_await connection.change("UPDATE ModuleName SET name = ? WHERE name = ?", names);
    co_await connection.change("UPDATE ModuleAlias SET target = ? WHERE target = ?", names);
    co_await insert_alias(connection, from, to);
    co_await write_audit(connection, "rename", 0);
    edit.changed = true;
    co_return edit;
}

Awaitable<NameEdit> point_name(Connection& connection, std::string name, ModuleId module) {
    require_name(name);
    require_module(module);
    co_await lock_routes(connection);
    const auto named = co_await find_name(connection, name);
    if (!named) refuse_missing(name);
    if (!named->target.empty()) {
        refuse(words_of(*named) + ": point that, or remove the alias and add the name");
    }
    NameEdit edit;
    edit.named = {name, module, ""};
    if (named->module == module) co_return edit;
    co_await require_unnamed(connection, module);
    Parameters parameters;
    encode(module, parameters);
    parameters.add(name);
    co_await connection.change(
        "UPDATE ModuleName SET modid = ?, cmdid = ? WHERE name = ?", std::move(parameters)
    );
    co_await write_audit(connection, "point name", 0);
    edit.changed = true;
    co_return edit;
}

// The aliases first, so that the log has each of them once.
Awaitable<std::size_t> remove_name(Connection& connection, std::string name) {
    require_name(name);
    co_await lock_routes(connection);
    const auto named = co_await find_name(connection, name);
    if (!named) refuse_missing(name);
    const Parameters parameters(name);
    std::size_t removed = 0;
    if (named->target.empty()) {
        removed =
            co_await connection.change("DELETE FROM ModuleAlias WHERE target = ?", parameters);
        removed += co_await connection.change("DELETE FROM ModuleName WHERE name = ?", parameters);
    } else {
        removed = co_await connection.change("DELETE FROM ModuleAlias WHERE name = ?", parameters);
    }
    co_await write_audit(connection, "remove name", removed);
    co_return removed;
}

}  // namespace

Awaitable<std::optional<NamedModule>> find_name(Connection& connection, std::string name) {
    const Parameters twice(name, name);
    const auto found = co_await connection.query_text(
        "SELECT n.modid, n.cmdid, '' FROM ModuleName n WHERE n.name = ? UNION ALL"
        " SELECT n.modid, n.cmdid, a.target FROM ModuleAlias a"
        " JOIN ModuleName n ON n.name = a.target WHERE a.name = ?",
        twice
    );
    if (found.rows() == 0) co_return std::nullopt;
    // A name that is an alias too is what it is by itself.
    auto row = found.row(0);
    for (std::size_t i = 1; i < found.rows() && !row[2].empty(); ++i) row = found.row(i);
    const auto modid = parse_column<std::int32_t>(row[0]);
    const auto cmdid = parse_column<std::int32_t>(row[1]);
    if (!modid || !cmdid) refuse(name + " stands for ids that are out of range");
    NamedModule named;
    named.name = name;
    named.module = {*modid, *cmdid};
    named.target = row[2];
    co_return named;
}

Awaitable<NameEdit> add_name(
    Connection& connection, std::string name, std::optional<ModuleId> module
) {
    require_name(name);
    if (module) require_module(*module);
    const auto taken = co_await find_name(connection, name);
    NameEdit edit;
    if (taken && module && taken->target.empty() && taken->module == *module) {
        edit.named = *taken;
        co_return edit;
    }
    if (taken) refuse(words_of(*taken) + " already");
    ModuleId id;
    if (module) {
        id = *module;
        co_await require_unnamed(connection, id);
    } else {
        id = co_await give_ids(connection);
    }
    // An alias whose target is gone stood for nothing.
    co_await connection.change("DELETE FROM ModuleAlias WHERE name = ?", Parameters(name));
    co_await insert_name(connection, name, id);
    co_await write_audit(connection, "add name", 0);
    edit.named.name = name;
    edit.named.module = id;
    edit.changed = true;
    co_return edit;
}

Awaitable<Result<NameEdit>> Names::add(std::string name, std::optional<ModuleId> module) {
    return database_.run(Mode::write, store::add, std::move(name), module);
}

Awaitable<Result<NameEdit>> Names::add_alias(std::string name, std::string target) {
    return database_.run(Mode::write, store::add_alias, std::move(name), std::move(target));
}

Awaitable<Result<std::optional<NamedModule>>> Names::resolve(std::string name) {
    return database_.run(Mode::read, store::resolve, std::move(name));
}

Awaitable<Result<std::vector<NameRow>>> Names::list() {
    return database_.run(Mode::read, list_names);
}

Awaitable<Result<NameEdit>> Names::rename(std::string from, std::string to) {
    return database_.run(Mode::write, rename_module, std::move(from), std::move(to));
}

Awaitable<Result<NameEdit>> Names::point(std::string name, ModuleId module) {
    return database_.run(Mode::write, point_name, std::move(name), module);
}

Awaitable<Result<std::size_t>> Names::remove(std::string name) {
    return database_.run(Mode::write, remove_name, std::move(name));
}

}  // namespace lars::store
