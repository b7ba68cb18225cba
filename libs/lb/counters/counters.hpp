#pragma once

#include "lb/counters/load.hpp"
#include "lb/counters/module_averages.hpp"
#include "lb/counters/tally.hpp"
#include "lb/slot.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lars::lb {

/// The counters of one module: of each of its endpoints by slot, and averages of the whole. Scores
/// and health read them. Belongs to one thread. Time is an argument and never runs backwards.
///
/// Counters are added to by source, each source by functions of its own. Today's sources
/// are the callers of this host, whose picks and reports come through the Balancer, and what
/// servers say of their own load. The kernel's view of a socket would be a function here that says
/// what it changes.
class Counters {
public:
    /// The endpoints have changed: for each new slot, `origins` has the old one whose counters it
    /// keeps, or kNoSlot for one that begins with none.
    void carry_over(std::span<const Slot> origins);

    // `lightness` is the mean weight over the endpoint's: the lighter, the rarer its calls are, and
    // the longer it keeps what is known of it.

    /// Callers: one of them got the endpoint for a call.
    void add_pick(Slot slot, Time now, const FeedbackRates& rates, float lightness = 1);
    /// Callers: a call has ended. Returns its latency in microseconds; negative when it's unknown.
    float add_report(
        Slot slot, const Call& call, Time now, const FeedbackRates& rates, float lightness = 1
    );
    /// Callers: the same call's part in the module's failure rate. Apart from add_report, because a
    /// call is judged by what the module was like before it.
    void add_to_failure_rate(CallOutcome outcome) { averages_.add_outcome(outcome); }

    /// Servers: how full one says that it is, 0 to 1. Kept to be shown; no cost reads it.
    void set_server_load(Slot slot, float load);
    std::optional<float> server_load(Slot slot) const {
        if (server_loads_.empty() || server_loads_[slot] < 0) return {};
        return server_loads_[slot];
    }

    /// Drops what an endpoint was like before it recovered. Its calls in flight stay.
    void forgive(Slot slot, Time now);

    /// An endpoint's load as of `now`. Reading later restates what is there and adds nothing, so
    /// readers have it too; the numbers kept are the ones last read.
    const Load& load_at(Slot slot, Time now, const FeedbackRates& rates, float lightness = 1)
        const {
        auto& load = loads_[slot];
        load.decay_to(moment(now, lightness), rates);
        return load;
    }
    /// An endpoint's load as it was last read or added to.
    const Load& load(Slot slot) const { return loads_[slot]; }
    /// What a call to the endpoint is believed to take, as costs have it; 0: nothing known.
    float latency_us(Slot slot) const { return loads_[slot].latency_ratio * averages_.latency_us; }
    const Tally& tally(Slot slot) const { return tallies_[slot]; }
    const ModuleAverages& averages() const { return averages_; }

private:
    Moment moment(Time now, float lightness) const {
        return {now, calls_, static_cast<float>(loads_.size()) * lightness};
    }

    // Apart from the tallies, because a pick reads two of these at random. Mutable for load_at():
    // decay is computed in steps, and as an exact function of the time it would cost an
    // exponential for each pick.
    mutable std::vector<Load> loads_;
    std::vector<Tally> tallies_;
    std::vector<float> server_loads_;  // empty: none said anything; below 0: this one didn't
    ModuleAverages averages_;
    std::uint32_t calls_ = 0;  // picks of the module; wraps around
};

}  // namespace lars::lb
