#pragma once

#include "lb/group.hpp"
#include "lb/picking/pick_context.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace lars::lb {

/// Of which endpoints one pick may choose: those of a group or all active ones, without those that
/// the caller leaves out. Holds for that pick.
class Scope {
public:
    /// A null group: all active ones. Endpoints to leave out beyond kMaxExcluded, and such as
    /// aren't in it, count for nothing. All outlive it.
    Scope(const EndpointTable& endpoint_table, Group* group, std::span<const Endpoint> exclude)
        : endpoint_table_(endpoint_table), group_(group) {
        for (const auto& each : exclude.first(std::min(exclude.size(), kMaxExcluded))) {
            const auto slot = endpoint_table.find(each);
            if (slot < endpoint_table.active() && contains(slot)) excluded_[count_++] = slot;
        }
    }

    /// Those of it that are in the group too. The group is part of this one's, and outlives it.
    Scope narrowed_to(Group& group) const {
        Scope scope(endpoint_table_, &group, {});
        for (const auto slot : excluded()) {
            if (group.contains(slot)) scope.excluded_[scope.count_++] = slot;
        }
        return scope;
    }

    Group* group() const { return group_; }
    bool excludes(Slot slot) const {
        return std::find(excluded().begin(), excluded().end(), slot) != excluded().end();
    }
    bool contains(Slot slot) const {
        return !excludes(slot) && (!group_ || group_->contains(slot));
    }
    bool empty() const { return all() == count_; }
    bool excludes_any() const { return count_ > 0; }

    /// The first from a random one on of which `test` is true; kNoSlot when there is none.
    template <class Test>
    Slot find_if(Random& random, Test&& test) const {
        const auto size = static_cast<std::uint32_t>(all());
        const auto begin = scaled(static_cast<std::uint32_t>(random()), size);
        for (std::uint32_t i = 0; i < size; ++i) {
            const auto index = (begin + i) % size;
            const auto slot = group_ ? group_->slots()[index] : Slot{index};
            if (!excludes(slot) && test(slot)) return slot;
        }
        return kNoSlot;
    }

private:
    std::size_t all() const { return group_ ? group_->size() : endpoint_table_.active(); }
    std::span<const Slot> excluded() const { return {excluded_.data(), count_}; }

    const EndpointTable& endpoint_table_;
    Group* group_;
    std::array<Slot, kMaxExcluded> excluded_{};
    std::size_t count_ = 0;
};

}  // namespace lars::lb
