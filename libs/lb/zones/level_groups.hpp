#pragma once

#include "lb/group.hpp"
#include "lb/health/health.hpp"
#include "lb/zones/spill_over.hpp"

#include <array>
#include <memory>
#include <optional>
#include <span>

namespace lars::lb {

/// Some of a route's active endpoints by how near they are to their callers: a group for each
/// level, and what each can carry. Belongs to one thread.
class LevelGroups {
public:
    /// How near each active endpoint is, and which of them are meant, in ascending order.
    LevelGroups(
        const EndpointTable& endpoint_table,
        std::span<const Nearness> nearness,
        std::span<const Slot> slots
    );

    /// Null when no endpoint is at that level.
    Group* at(Nearness level) { return groups_[static_cast<std::size_t>(level)].get(); }
    /// What each level gets by health; looks again at who serves when that has changed, and now and
    /// then while some start slowly. The health may be null: then all serve.
    const LevelShares& shares(const Health* health, Time now);

    /// Whether so few of all serve, as last looked at, that the picture isn't to be trusted.
    bool panics() const { return panics_; }

private:
    void look(const Health& health, Time now);

    const EndpointTable& endpoint_table_;
    std::array<std::unique_ptr<Group>, kNearnessLevels> groups_;
    LevelShares whole_;  // with all serving
    LevelShares shares_;
    std::uint64_t version_ = 0;  // of the serving set, as last looked at
    bool panics_ = false;
    Time look_again_ = Time::max();
};

}  // namespace lars::lb
