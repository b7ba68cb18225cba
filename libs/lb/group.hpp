#pragma once

#include "lb/endpoint_table.hpp"
#include "lb/health/serving_part.hpp"
#include "lb/picking/alias_table.hpp"
#include "lb/slot.hpp"

#include <span>
#include <vector>

namespace lars::lb {

/// Some of a route's active endpoints, prepared so that one is drawn of them as of the whole: those
/// that have a tag, are of a zone, or both. Who of them serves is looked up again whenever that has
/// changed for any endpoint of the module, without allocating. Belongs to one thread; holds for one
/// endpoint table and one policy.
class Group {
public:
    /// Precondition: active ones, each once, in ascending order.
    Group(
        const EndpointTable& endpoint_table,
        std::vector<Slot> slots,
        WhenFewServe when_few = WhenFewServe::all
    );

    std::span<const Slot> slots() const { return slots_; }
    std::size_t size() const { return slots_.size(); }
    bool contains(Slot slot) const;
    bool equal_weights() const { return by_weight_.empty(); }
    float mean_weight() const { return mean_weight_; }

    /// One of all, in proportion to their weights; O(1). Precondition: there are some.
    Slot draw(Random& random) const;
    /// Those to choose from: who serves, or all when they are too few to trust the picture, as
    /// ServingSet has it for the whole, unless the group is made otherwise. Valid until the next
    /// change.
    std::span<const Slot> candidates(const ServingSet& serving) {
        return part_.candidates(slots_, serving);
    }

private:
    std::vector<Slot> slots_;
    AliasTable by_weight_;  // empty: their weights are equal
    float mean_weight_ = 1;
    ServingPart part_;
};

}  // namespace lars::lb
