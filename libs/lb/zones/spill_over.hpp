#pragma once

#include "base/zone.hpp"
#include "lb/call.hpp"
#include "lb/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace lars::lb {

/// Which part of each level of nearness can be called, 0 to 1; 0 also for one without endpoints.
using Capacities = std::array<float, kNearnessLevels>;

/// What each level gets by its capacity: no more than 1.4 times that, and the rest goes to the next
/// one (Envoy's priority levels with its overprovisioning factor). When all are too small for that,
/// each gets what is its part of them.
class LevelShares {
public:
    explicit LevelShares(const Capacities& capacities);

    bool can_be_called(Nearness level) const { return callable_[index(level)]; }
    float share(Nearness level) const;
    /// One level in proportion to their shares; `drawn` is from 0 up to, and without, 1.
    Nearness at(float drawn) const;
    /// The next one that can be called, further away; itself if there is none.
    Nearness after(Nearness level) const { return after_[index(level)]; }

private:
    static std::size_t index(Nearness level) { return static_cast<std::size_t>(level); }

    std::array<float, kNearnessLevels> up_to_{};  // the sum of the shares, up to each level's
    std::array<Nearness, kNearnessLevels> after_{};
    std::array<bool, kNearnessLevels> callable_{};
};

/// What goes over to the next level by cost, where near calls have become dearer than far ones with
/// their way: endpoints may all be well, and yet be too few for their callers. The share s that
/// goes over follows the replicator equation
///
///     s += gain x s (1 - s) x (near cost / far cost - margin)
///
/// with each report (twice that where it falls; a cost is latency x (1 + 4 x failure rate)), which
/// leads callers who each look at nothing but their own calls to Wardrop's equilibrium (Fischer,
/// Kammenhuber and Feldmann, "REPLEX: dynamic traffic engineering based on Wardrop routing
/// policies", 2006). A few calls always go to either side, to know what they take.
class SpillOver {
public:
    Nearness choose(const LevelShares& shares, Random& random) const;
    /// A call to an endpoint of that level was reported; it took so many microseconds, negative:
    /// nobody knows.
    void add_report(
        Nearness reported, CallOutcome outcome, float took_us, const LevelShares& shares
    );

    /// What calls to the level take on average; 0: nothing known.
    float latency_us(Nearness level) const { return levels_[index(level)].latency_us; }
    /// Which part of a level's share goes over to the next.
    float spill(Nearness level) const { return levels_[index(level)].spill; }

private:
    struct Level {
        float latency_us = 0;
        float latency_weight = 1;  // of the next report
        float failure_rate = 0;
        float spill = 1.0F / 256;

        void add(CallOutcome outcome, float took_us);
        float cost() const;
    };

    static std::size_t index(Nearness level) { return static_cast<std::size_t>(level); }
    static void adapt(Level& near, Level& far, const Level& heard);

    std::array<Level, kNearnessLevels> levels_;
};

}  // namespace lars::lb
