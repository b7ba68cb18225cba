#pragma once

#include "lb/call.hpp"
#include "lb/counters/counters.hpp"
#include "lb/health/ejection_backoff.hpp"
#include "lb/health/health_options.hpp"
#include "lb/health/outlier_detector.hpp"
#include "lb/health/phase.hpp"
#include "lb/health/probe_schedule.hpp"
#include "lb/health/retry_queue.hpp"
#include "lb/health/serving_set.hpp"
#include "lb/transition.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <variant>
#include <vector>

namespace lars::lb {

/// Who of a module's endpoints may be chosen, by a state machine for each: healthy -> ejected ->
/// half-open -> slow start -> healthy. When to move is decided by the parts: OutlierDetector,
/// EjectionBackoff, ProbeSchedule, SlowStart. Every operation but the constructor, keep, join and
/// advance is O(1). Belongs to one thread; reads counters and changes none.
class Health {
public:
    /// Called for each change of state while it happens; must not call back.
    using OnChange = std::function<void(Slot, const Transition&)>;

    /// Those that were suspended before are ejected. The options outlive it.
    Health(
        const HealthOptions& options, std::span<const State> states, OnChange on_change, Time now
    );

    /// The endpoints have changed; those without an origin are held for healthy.
    void keep(std::span<const Slot> origins, Time now);
    /// Those without an origin start slowly. After keep().
    void join(std::span<const Slot> origins, Time now);

    /// Those to choose from: who serves, or everybody when they are too few to trust the picture.
    std::span<const Slot> candidates() const { return serving_.candidates(); }
    bool is_candidate(Slot slot) const { return serving_.is_candidate(slot); }
    const ServingSet& serving_set() const { return serving_; }
    /// Whether any endpoint is in its slow start.
    bool any_starting() const { return starting_ > 0; }
    /// Which part of its full share an endpoint should have, above 0 up to 1.
    float share(Slot slot, Time now) const {
        const auto* start = std::get_if<SlowStart>(&members_[slot].phase);
        return start ? start->share(now, options_.slow_start) : 1;
    }
    State state(Slot slot) const { return members_[slot].state(); }

    /// The endpoint that is to get the call that is about to be made, because it is suspended and
    /// its time has come, or because its last call failed and nobody would choose it again soon;
    /// mostly kNoSlot.
    Slot take_probe(Time now) {
        return take_probe(now, [](Slot) { return true; });
    }
    /// The same, of those that may have this call. The turns of others are passed over, and they
    /// stay as they are.
    template <class May>
    Slot take_probe(Time now, May&& may) {
        const bool all_serve = serving_.all_serve();
        if (all_serve && now < retries_.first_due()) return kNoSlot;
        if (!all_serve) probes_.add_call();
        if (!probes_.is_open(now)) return kNoSlot;
        const auto turn = next_turn();
        const auto slot = turn != kNoSlot && may(turn) ? probe_suspended(turn, now) : kNoSlot;
        if (slot != kNoSlot) return slot;
        if (now < retries_.first_due() || !may(retries_.first())) return kNoSlot;
        return retry_failed(now);
    }
    /// Judges an endpoint after one of its calls was added to the counters. Returns whether it just
    /// came back.
    bool report(Slot slot, CallOutcome outcome, float took_us, const Counters& counters, Time now);

    /// Ends an endpoint's slow start if that is due.
    void end_slow_start(Slot slot, Time now);
    /// Ends all slow starts that are due.
    void advance(Time now);

private:
    struct Member {
        OutlierDetector outlier;
        EjectionBackoff backoff;
        Phase phase;
        Time broke{};             // since when it is suspended, if it is
        std::uint32_t tries = 0;  // since then

        State state() const { return state_of(phase); }
        bool suspended() const { return lb::suspended(state()); }
    };

    Slot next_turn();
    Slot probe_suspended(Slot slot, Time now);
    Slot retry_failed(Time now);
    bool report_suspended(
        Slot slot, CallOutcome outcome, float took_us, const Counters& counters, Time now
    );
    void eject(Slot slot, Transition why, Time now);
    void come_back(Slot slot, std::uint8_t successes, Time now);
    void enter(Slot slot, const Phase& phase, Transition why);
    void arrange();

    const HealthOptions& options_;
    OnChange on_change_;
    std::vector<Member> members_;
    ServingSet serving_;
    ProbeSchedule probes_;
    RetryQueue retries_;
    std::size_t starting_ = 0;  // in their slow start
};

}  // namespace lars::lb
