#pragma once

#include "lb/endpoint_table.hpp"
#include "lb/feedback.hpp"

#include <vector>

namespace lars::lb {

/// The endpoints of one module with their feedback.
class Members {
public:
    /// Those that stay keep their feedback. Answers for each new slot where it was before, kNoSlot
    /// for those that weren't there.
    std::vector<Slot> replace(EndpointTablePtr endpoint_table);

    const EndpointTable& endpoint_table() const { return *endpoint_table_; }
    const EndpointTablePtr& shared_roster() const { return endpoint_table_; }
    std::size_t size() const { return endpoint_table_->size(); }
    std::size_t active() const { return endpoint_table_->active(); }
    const Endpoint& endpoint(Slot slot) const { return endpoint_table_->endpoint(slot); }
    std::uint32_t weight(Slot slot) const { return endpoint_table_->weight(slot); }

    Load& load(Slot slot) { return loads_[slot]; }
    const Load& load(Slot slot) const { return loads_[slot]; }
    Tally& tally(Slot slot) { return tallies_[slot]; }
    const Tally& tally(Slot slot) const { return tallies_[slot]; }

    /// The mean of what calls to the module take; 0: nothing known.
    float latency_us = 0;
    /// Of the module's latest calls, 0 to 1.
    float failure_rate = 0;

private:
    static const EndpointTablePtr& nobody();

    EndpointTablePtr endpoint_table_ = nobody();
    std::vector<Load> loads_;  // apart from the tallies, because a pick reads two at random
    std::vector<Tally> tallies_;
};

}  // namespace lars::lb
