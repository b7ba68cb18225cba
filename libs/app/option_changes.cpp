#include "app/option_changes.hpp"

#include <cstddef>

namespace lars::app {
namespace {

std::string line_of(const OptionSet::Value& before, const OptionSet::Value& after) {
    if (after.is_secret) return after.flag + ": (not shown)";
    const auto shown = [](const std::string& text) { return text.empty() ? "(nothing)" : text; };
    return after.flag + ": " + shown(before.text) + " -> " + shown(after.text);
}

}  // namespace

OptionChanges compare(
    const std::vector<OptionSet::Value>& in_force, const std::vector<OptionSet::Value>& read
) {
    OptionChanges changes;
    for (std::size_t i = 0; i < in_force.size(); ++i) {
        const auto& before = in_force[i];
        const auto& after = read[i];
        const bool changed = before.text != after.text;
        if (changed)
            (after.is_live ? changes.live : changes.fixed).push_back(line_of(before, after));
        changes.in_force.push_back(changed && after.is_live ? after : before);
    }
    return changes;
}

}  // namespace lars::app
