#include "store/module_diff.hpp"

#include "base/route.hpp"

#include <algorithm>

namespace lars::store {
namespace {

bool key_less(const RouteRow& a, const RouteRow& b) {
    return a.key() < b.key();
}

const RouteRow* find_row(const std::vector<RouteRow>& rows, const RouteRow& row) {
    const auto found = std::lower_bound(rows.begin(), rows.end(), row, key_less);
    return found == rows.end() || found->key() != row.key() ? nullptr : &*found;
}

RouteRow complete(RouteRow row, const RouteRow* before) {
    const RouteRow fresh{row.module, row.endpoint, kDefaultWeight, row.host, "", ""};
    const auto& other = before ? *before : fresh;
    if (!row.weight) row.weight = other.weight;
    if (!row.zone) row.zone = other.zone;
    if (!row.tags) row.tags = other.tags;
    return row;
}

}  // namespace

Result<void> check_storable(const ModuleEdit& edit) {
    if (!edit.module.valid()) {
        return Error{
            ErrorKind::invalid, "module " + lars::to_string(edit.module) + ": negative id"};
    }
    for (const auto& row : edit.wanted) {
        if (row.module == edit.module) continue;
        return Error{ErrorKind::invalid, "a row of the edit is of another module"};
    }
    return check_servable(edit.wanted);
}

EditOutcome outcome_of(ModuleContent before, const ModuleEdit& edit) {
    EditOutcome outcome;
    outcome.after = before;
    outcome.etag = etag_of(before);
    outcome.conflict = outcome.etag != edit.etag;
    if (!outcome.conflict) {
        outcome.after.rows.clear();
        for (auto& row : each_once(edit.wanted)) {
            const auto* const was = find_row(before.rows, row);
            auto will_be = complete(std::move(row), was);
            if (!was) {
                outcome.added.push_back(will_be);
            } else if (*was != will_be) {
                outcome.changed.emplace_back(*was, will_be);
            }
            outcome.after.rows.push_back(std::move(will_be));
        }
        for (const auto& row : before.rows) {
            if (!find_row(outcome.after.rows, row)) outcome.removed.push_back(row);
        }
        outcome.etag = etag_of(outcome.after);
    }
    outcome.before = std::move(before);
    return outcome;
}

std::string summary_of(const EditOutcome& outcome) {
    return std::to_string(outcome.added.size()) + " added, " +
           std::to_string(outcome.removed.size()) + " removed, " +
           std::to_string(outcome.changed.size()) + " changed";
}

}  // namespace lars::store
