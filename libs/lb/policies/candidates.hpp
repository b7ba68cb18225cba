#pragma once

#include "lb/endpoint_table.hpp"
#include "lb/health/health.hpp"
#include "lb/picking/scope.hpp"
#include "lb/picking/two_choices.hpp"

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
    Slot draw(Random& random) const {
        return endpoint_table_.equal_weights() ? draw_any(*this, random)
                                               : endpoint_table_.draw_by_weight(random);
    }
    float weight() const {
        return endpoint_table_.mean_weight() * static_cast<float>(endpoint_table_.active());
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

/// The CandidateView of a scope: those of its group, where those left out have no share. So one
/// of them is drawn next to never, and the caller looks again.
class ScopedCandidates {
public:
    ScopedCandidates(const EndpointTable& endpoint_table, const Scope& scope, const Health* health)
        : whole_(endpoint_table, health), scope_(scope), health_(health) {
        if (!scope.group()) return;
        slots_ = health ? scope.group()->candidates(health->serving_set()) : scope.group()->slots();
    }

    const EndpointTable& endpoint_table() const { return whole_.endpoint_table(); }
    std::uint32_t size() const {
        return scope_.group() ? static_cast<std::uint32_t>(slots_.size()) : whole_.size();
    }
    Slot at(std::uint32_t index) const { return scope_.group() ? slots_[index] : whole_.at(index); }
    Slot draw(Random& random) const {
        return scope_.group() ? scope_.group()->draw(random) : whole_.draw(random);
    }
    float weight() const {
        const auto* group = scope_.group();
        return group ? group->mean_weight() * static_cast<float>(group->size()) : whole_.weight();
    }
    bool judged() const { return health_ || scope_.excludes_any(); }
    bool contains(Slot slot) const {
        if (scope_.excludes(slot)) return false;
        if (!scope_.group()) return whole_.contains(slot);
        const bool all = slots_.size() == scope_.group()->size();
        return all || !health_ || health_->serving_set().serves(slot);
    }
    bool excludes(Slot slot) const { return scope_.excludes(slot); }
    float share(Slot slot, Time now) const {
        return scope_.excludes(slot) ? 0 : whole_.share(slot, now);
    }
    bool equal() const {
        const bool equal_weights =
            scope_.group() ? scope_.group()->equal_weights() : endpoint_table().equal_weights();
        return equal_weights && !scope_.excludes_any() && !(health_ && health_->any_starting());
    }

private:
    Candidates whole_;
    const Scope& scope_;
    const Health* health_;
    std::span<const Slot> slots_;  // of the group
};

}  // namespace lars::lb
