#include "store/route_diff.hpp"

#include "base/tags.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lars::store {
namespace {

std::string_view key_of(std::string_view tag) {
    return tag.substr(0, tag.find('='));
}

std::string edited_tags(const RouteRow& row, const RouteEdit& edit) {
    const auto is_replaced = [&edit](std::string_view tag) {
        const auto same_key = [&](const std::string& other) {
            return key_of(other) == key_of(tag);
        };
        return std::ranges::any_of(edit.tags, same_key) ||
               std::ranges::find(edit.untag, key_of(tag)) != edit.untag.end();
    };
    auto tags = edit.tags;
    for_each_tag(*row.tags, [&](std::string_view tag) {
        if (!is_replaced(tag)) tags.emplace_back(tag);
    });
    auto text = canonical_tags(std::move(tags));
    if (text) return std::move(*text);
    throw Failure(
        ErrorKind::invalid,
        "the tags of " + target_of(row) + " would be longer than " +
            std::to_string(kMaxTagsLength) + " characters, or have two values for one key"
    );
}

RouteRow edited(const RouteRow& row, const RouteEdit& edit) {
    auto changed = row;
    if (edit.weight) changed.weight = edit.weight;
    if (edit.zone) changed.zone = edit.zone;
    if (!edit.tags.empty() || !edit.untag.empty()) changed.tags = edited_tags(row, edit);
    return changed;
}

RouteRow with_what_is_said(const RouteRow& row, const RouteRow& wanted) {
    auto changed = row;
    if (wanted.weight) changed.weight = wanted.weight;
    if (wanted.zone) changed.zone = wanted.zone;
    if (wanted.tags) changed.tags = wanted.tags;
    return changed;
}

// An endpoint may stand in several rows, which are changed alike.
template <class Change>
RouteDiff diff(
    std::span<const RouteRow> meant, const std::vector<PresentRow>& present, Change change
) {
    auto sorted = present;
    const auto key = [](const PresentRow& each) { return each.row.key(); };
    std::ranges::sort(sorted, {}, key);
    RouteDiff done;
    for (const auto& row : meant) {
        const auto begin = std::ranges::lower_bound(sorted, row.key(), {}, key);
        const auto end = std::ranges::upper_bound(sorted, row.key(), {}, key);
        if (begin == end) {
            done.missing.push_back(row);
            continue;
        }
        bool differs = false;
        for (auto each = begin; each != end; ++each) {
            done.present.push_back(*each);
            auto after = change(each->row, row);
            if (after == each->row) continue;
            differs = true;
            done.changed.push_back({each->id, std::move(after)});
        }
        if (differs) ++done.endpoints_changed;
    }
    return done;
}

template <class Row>
void move_behind(std::vector<Row>& all, std::vector<Row>& others) {
    all.insert(
        all.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end())
    );
}

}  // namespace

void RouteDiff::append(RouteDiff other) {
    move_behind(missing, other.missing);
    move_behind(changed, other.changed);
    move_behind(present, other.present);
    endpoints_changed += other.endpoints_changed;
}

RouteDiff diff_to_put(std::span<const RouteRow> wanted, const std::vector<PresentRow>& present) {
    return diff(wanted, present, with_what_is_said);
}

RouteDiff diff_to_edit(
    std::span<const RouteRow> meant, const RouteEdit& edit, const std::vector<PresentRow>& present
) {
    return diff(meant, present, [&edit](const RouteRow& row, const RouteRow&) {
        return edited(row, edit);
    });
}

}  // namespace lars::store
