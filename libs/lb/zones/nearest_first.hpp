#pragma once

#include "lb/members.hpp"
#include "lb/picking/scope.hpp"
#include "lb/zones/level_groups.hpp"

#include <unordered_map>

namespace lars::lb {

/// For a policy with health: at which level of nearness the next call is made. Endpoints are judged
/// over the whole module; this only looks at who serves. Belongs to one thread.
class NearestFirst {
public:
    /// Whether the members are at more than one level from their callers.
    static bool has_levels(const Members& members);

    /// Precondition: has_levels(). It holds until the members change, but for what it has learned:
    /// keep() it then.
    explicit NearestFirst(const Members& members);
    void keep(const SpillOver& learned) { spill_over_ = learned; }

    /// For a call to any member: the group to choose from. Precondition: some serve.
    Group& choose(const Health* health, Time now, Random& random);
    /// The levels of a scope, whose group is of the members' route.
    LevelGroups& levels(const Scope& scope);

    const SpillOver& spill_over() const { return spill_over_; }
    /// What goes where by health.
    const LevelShares& shares(const Health* health, Time now) { return whole_.shares(health, now); }

    /// A call was reported. Returns what its latency is to be judged by: of a far endpoint, as if
    /// the way were as short as it is to the module's on average. The way is nobody's fault.
    float add_report(Slot slot, CallOutcome outcome, float took_us, const Health* health, Time now);

private:
    const Members& members_;
    LevelGroups whole_;
    std::unordered_map<const Group*, LevelGroups> of_groups_;  // made when they are first needed
    SpillOver spill_over_;
};

}  // namespace lars::lb
