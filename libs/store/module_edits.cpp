#include "store/module_edits.hpp"

#include "store/edit.hpp"
#include "store/edit_history.hpp"
#include "store/route_edits.hpp"

#include <algorithm>

namespace lars::store {
namespace {

// Of several rows of one endpoint, the one with the lowest weight, which comes first, counts.
Awaitable<ModuleContent> read_content(Connection& connection, ModuleId module) {
    auto listing = co_await read_route_listing(connection, module);
    ModuleContent content;
    content.rows = std::move(listing.rows);
    content.splits = std::move(listing.splits);
    const auto key = [](const RouteRow& row) { return row.key(); };
    std::ranges::stable_sort(content.rows, {}, key);
    const auto same = [](const RouteRow& a, const RouteRow& b) { return a.key() == b.key(); };
    const auto repeated = std::unique(content.rows.begin(), content.rows.end(), same);
    content.rows.erase(repeated, content.rows.end());
    co_return content;
}

Awaitable<std::uint64_t> count_rows(Connection& connection) {
    const auto counted =
        co_await connection.query("SELECT route_rows + more_rows FROM RouteVersion WHERE id = 1");
    co_return counted.rows() == 0 ? 0 : counted.values[0];
}

// What an edit does, by what is there.
Awaitable<EditOutcome> plan_edit(Connection& connection, const ModuleEdit& edit) {
    const auto storable = check_storable(edit);
    if (!storable) throw Failure(storable.error());
    auto before = co_await read_content(connection, edit.module);
    auto outcome = outcome_of(std::move(before), edit);
    outcome.table_rows = co_await count_rows(connection);
    co_return outcome;
}

/// What an edit is called in audit and history.
struct EditName {
    std::string action;
    std::string detail;
};

Awaitable<> apply_edit(
    Connection& connection, const ModuleEdit& edit, const EditName& name, EditOutcome& outcome
) {
    auto put = outcome.added;
    for (const auto& [was, will_be] : outcome.changed) put.push_back(will_be);
    const Progress nobody;
    co_await put_routes(connection, put, nobody);
    ModuleAudit audit{name.action, edit.actor, edit.module, 0, name.detail};
    audit.removed = co_await remove_routes(connection, outcome.removed);
    co_await write_audit(connection, audit);
    outcome.after = co_await read_content(connection, edit.module);
    outcome.etag = etag_of(outcome.after);
    NewChange change;
    change.actor = edit.actor;
    change.action = name.action;
    change.module = edit.module;
    change.before_json = json_of(outcome.before);
    change.after_json = json_of(outcome.after);
    outcome.change_id = co_await write_change(connection, change);
}

Awaitable<EditOutcome> commit_edit(Connection& connection, const ModuleEdit& edit) {
    co_await lock_routes(connection);
    auto outcome = co_await plan_edit(connection, edit);
    const EditName name{"edit", summary_of(outcome)};
    if (!outcome.conflict && outcome.changes()) {
        co_await apply_edit(connection, edit, name, outcome);
    }
    co_return outcome;
}

Failure not_undone(std::uint64_t id, const std::string& why) {
    return Failure(ErrorKind::invalid, "change " + std::to_string(id) + why);
}

Awaitable<EditOutcome> undo_edit(
    Connection& connection, std::uint64_t id, const std::string& actor
) {
    co_await lock_routes(connection);
    const auto change = co_await find_change(connection, id);
    if (!change) throw not_undone(id, " isn't in the history");
    auto before = parse_content(change->module, change->before_json);
    const auto after = parse_content(change->module, change->after_json);
    if (!before || !after) throw not_undone(id, " can't be undone: what it did isn't kept");
    ModuleEdit edit;
    edit.module = change->module;
    edit.etag = etag_of(*after);
    edit.wanted = std::move(before->rows);
    edit.actor = actor;
    auto outcome = co_await plan_edit(connection, edit);
    const EditName name{"undo", "change " + std::to_string(id) + ": " + summary_of(outcome)};
    if (!outcome.conflict && outcome.changes()) {
        co_await apply_edit(connection, edit, name, outcome);
    }
    co_return outcome;
}

}  // namespace

Awaitable<Result<ModuleContent>> ModuleEdits::read(ModuleId module) {
    return database_.run(Mode::snapshot, read_content, module);
}

Awaitable<Result<EditOutcome>> ModuleEdits::preview(ModuleEdit edit) {
    return database_.run(Mode::snapshot, plan_edit, std::move(edit));
}

Awaitable<Result<EditOutcome>> ModuleEdits::commit(ModuleEdit edit) {
    return database_.run(Mode::write, commit_edit, std::move(edit));
}

Awaitable<Result<EditOutcome>> ModuleEdits::undo(std::uint64_t change_id, std::string actor) {
    return database_.run(Mode::write, undo_edit, change_id, std::move(actor));
}

}  // namespace lars::store
