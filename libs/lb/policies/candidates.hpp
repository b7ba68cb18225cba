#pragma once

#include "lb/endpoint_table.hpp"
#include "lb/health/health.hpp"

namespace lars::lb {

/// The CandidateView of a route and its health, for the time of one pick.
class Candidates {
public:
    /// Without health all active endpoints serve in full. Both outlive the view.
    Candidates(const EndpointTable& endpoint_table, const Health* health)
        : endpoint_table_(endpoint_table), health_(health) {}

    const EndpointTable& endpoint_table() const { return endpoint_table_; }
    std::uint32_t size() const {
        return static_cast<std::uint32_t>(
            health_ ? health_->candidates().size() : endpoint_table_.active()
        );
    }
    Slot at(std::uint32_t index) const {
        return health_ ? health_->candidates()[index] : static_cast<Slot>(index);
    }
    bool judged() const { return health_ != nullptr; }
    bool contains(Slot slot) const { return !health_ || health_->is_candidate(slot); }
    float share(Slot slot, Time now) const { return health_ ? health_->share(slot, now) : 1; }
    bool equal() const {
        return endpoint_table_.equal_weights() && !(health_ && health_->any_starting());
    }

private:
    const EndpointTable& endpoint_table_;
    const Health* health_;
};

}  // namespace lars::lb
