#pragma once

#include "base/endpoint.hpp"
#include "base/route.hpp"
#include "lb/feedback.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace lars::lb {

/// An endpoint's place among those of its module, from 0 up without gaps. It holds until the next
/// route.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

/// The endpoints of one module with their feedback, and the way from an endpoint to its slot.
class Members {
public:
    /// Takes the route's endpoints; those that stay keep their feedback. Answers for each new slot
    /// where it was before. Precondition: the route is canonical.
    std::vector<Slot> replace(const Route& route);

    std::size_t size() const { return entries_.size(); }
    /// Those that may be picked have the first slots. The others have weight 0: they are drained,
    /// and only reported. When every weight is 0, all count as equal.
    std::size_t active() const { return active_; }
    bool equal_weights() const { return equal_weights_; }

    /// kNoSlot when it isn't in the route.
    Slot find(const Endpoint& endpoint) const;
    const Endpoint& endpoint(Slot slot) const { return entries_[slot].endpoint; }
    std::uint32_t weight(Slot slot) const { return entries_[slot].weight; }

    Load& load(Slot slot) { return loads_[slot]; }
    const Load& load(Slot slot) const { return loads_[slot]; }
    Tally& tally(Slot slot) { return tallies_[slot]; }
    const Tally& tally(Slot slot) const { return tallies_[slot]; }

    /// The mean of what calls to the module take; 0: nothing known.
    float latency_us = 0;
    /// Of the module's latest calls, 0 to 1.
    float failure_rate = 0;

private:
    struct Entry {
        Endpoint endpoint;
        std::uint16_t weight = 0;
    };

    void build_index();

    std::vector<Entry> entries_;
    std::vector<Load> loads_;  // apart from the tallies, because a pick reads two at random
    std::vector<Tally> tallies_;
    std::vector<Slot> index_;  // open addressing, at most half full; empty when there are few
    std::size_t active_ = 0;
    bool equal_weights_ = true;
};

}  // namespace lars::lb
