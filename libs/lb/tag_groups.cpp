#include "lb/tag_groups.hpp"

#include "base/tags.hpp"

#include <algorithm>
#include <utility>

namespace lars::lb {

TagGroups::TagGroups(const EndpointTable& endpoint_table) : endpoint_table_(endpoint_table) {
    std::vector<std::pair<std::string_view, Slot>> all;
    for (Slot slot = 0; slot < endpoint_table.active(); ++slot) {
        for_each_tag(endpoint_table.tags(slot), [&](auto tag) { all.emplace_back(tag, slot); });
    }
    std::sort(all.begin(), all.end());
    slots_.reserve(all.size());
    for (const auto& [tag, slot] : all) {
        if (tags_.empty() || tags_.back().text != tag) tags_.push_back({tag, slots_.size(), {}});
        slots_.push_back(slot);
    }
}

Group* TagGroups::find(std::string_view tag) {
    const auto found = std::lower_bound(
        tags_.begin(), tags_.end(), tag, [](const Tag& each, auto text) { return each.text < text; }
    );
    if (found == tags_.end() || found->text != tag) return nullptr;
    if (!found->group) {
        const auto next = found + 1;
        const auto end = next == tags_.end() ? slots_.size() : next->begin;
        const auto slots = std::span(slots_).subspan(found->begin, end - found->begin);
        found->group =
            std::make_unique<Group>(endpoint_table_, std::vector<Slot>(slots.begin(), slots.end()));
    }
    return found->group.get();
}

Group* TagGroups::ipv4() {
    if (!ipv4_) {
        std::vector<Slot> slots;
        for (Slot slot = 0; slot < endpoint_table_.active(); ++slot) {
            if (endpoint_table_.endpoint(slot).is_ipv4()) slots.push_back(slot);
        }
        ipv4_ = std::make_unique<Group>(endpoint_table_, std::move(slots));
    }
    return ipv4_->size() > 0 ? ipv4_.get() : nullptr;
}

}  // namespace lars::lb
