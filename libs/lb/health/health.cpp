#include "lb/health/health.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

// When more endpoints than this join at once, the listener isn't called for each: a large route
// that comes would fill a log.
constexpr std::ptrdiff_t kMaxReported = 256;

}  // namespace

Health::Health(
    const HealthOptions& options, std::span<const State> states, OnChange on_change, Time now
)
    : options_(options),
      on_change_(std::move(on_change)),
      members_(states.size(), Member{.phase = Healthy{now}}),
      serving_(options.panic_threshold) {
    arrange();
    for (Slot slot = 0; slot < states.size(); ++slot) {
        if (lb::suspended(states[slot])) eject(slot, {.cause = Cause::inherited}, now);
    }
}

void Health::keep(std::span<const Slot> origins, Time now) {
    std::vector<Member> members(origins.size(), Member{.phase = Healthy{now}});
    for (Slot slot = 0; slot < origins.size(); ++slot) {
        if (origins[slot] != kNoSlot) members[slot] = members_[origins[slot]];
    }
    members_ = std::move(members);
    arrange();
    for (Slot slot = 0; slot < members_.size(); ++slot) {
        const auto& member = members_[slot];
        if (member.outlier.failing() && !member.suspended()) {
            retries_.add(slot, now + options_.failing_for);
        }
    }
}

void Health::join(std::span<const Slot> origins, Time now) {
    const auto fresh = std::count(origins.begin(), origins.end(), kNoSlot);
    for (Slot slot = 0; slot < origins.size(); ++slot) {
        if (origins[slot] != kNoSlot) continue;
        members_[slot].phase = SlowStart{now + options_.slow_start};
        ++starting_;
        if (fresh > kMaxReported) continue;
        on_change_(
            slot,
            {.from = State::healthy,
             .to = State::slow_start,
             .cause = Cause::joined,
             .lasts = options_.slow_start}
        );
    }
}

Slot Health::next_turn() {
    const auto suspended = serving_.suspended();
    return suspended.empty() ? kNoSlot : suspended[probes_.next_turn(suspended.size())];
}

Slot Health::probe_suspended(Slot slot, Time now) {
    auto& member = members_[slot];
    const bool early = probes_.take_early_turn(options_.calls_per_probe);
    if (const auto* ejected = std::get_if<Ejected>(&member.phase)) {
        if (now < ejected->until && !early) return kNoSlot;
        const bool over = now >= ejected->until;
        enter(slot, HalfOpen{}, {.cause = over ? Cause::ejection_over : Cause::early_probe});
    } else if (now < std::get<HalfOpen>(member.phase).next_try) {
        return kNoSlot;
    }
    std::get<HalfOpen>(member.phase).next_try = now + options_.ejection;
    ++member.tries;
    probes_.add_probe(now, options_.probe_interval);
    return slot;
}

Slot Health::retry_failed(Time now) {
    const auto slot = retries_.take();
    const auto& member = members_[slot];
    if (!member.outlier.failing() || member.suspended()) return kNoSlot;
    // Once more, in case that nobody reports how it went.
    retries_.add(slot, now + options_.failing_for);
    probes_.add_retry(now, options_.probe_interval);
    return slot;
}

bool Health::report(
    Slot slot, CallOutcome outcome, float took_us, const Counters& counters, Time now
) {
    auto& member = members_[slot];
    member.outlier.add(outcome, now);
    if (member.suspended()) return report_suspended(slot, outcome, took_us, counters, now);
    const auto outlier =
        member.outlier.judge(options_, took_us, counters.tally(slot), counters.averages(), now);
    if (outlier) {
        eject(
            slot, {.cause = outlier->cause, .value = outlier->value, .limit = outlier->limit}, now
        );
    } else if (member.outlier.failing()) {
        retries_.add(slot, now + options_.failing_for);
    }
    return false;
}

bool Health::report_suspended(
    Slot slot, CallOutcome outcome, float took_us, const Counters& counters, Time now
) {
    auto& member = members_[slot];
    auto* const ejected = std::get_if<Ejected>(&member.phase);
    // A call from before the ejection says nothing new.
    if (ejected && !serving_.panics()) return false;
    const auto module_latency_us = counters.averages().latency_us;
    if (outcome == CallOutcome::failure || too_slow(options_, took_us, module_latency_us)) {
        if (!ejected) eject(slot, {.cause = Cause::probe_failed}, now);
        return false;
    }
    std::uint8_t successes = 0;
    if (ejected) {
        ejected->until = now;
        successes = ++ejected->successes;
    } else {
        auto& half_open = std::get<HalfOpen>(member.phase);
        half_open.next_try = now;
        successes = ++half_open.successes;
    }
    probes_.open(now);
    if (successes < options_.probes) return false;
    come_back(slot, successes, now);
    return true;
}

void Health::eject(Slot slot, Transition why, Time now) {
    auto& member = members_[slot];
    const auto* healthy = std::get_if<Healthy>(&member.phase);
    if (healthy && now - healthy->since > options_.max_ejection) member.backoff.reset();
    why.lasts = member.backoff.next(options_, slot, now);
    if (!member.suspended()) {
        probes_.restart_calls();
        member.broke = now;
        member.tries = 0;
    }
    enter(slot, Ejected{.until = now + why.lasts}, why);
}

void Health::come_back(Slot slot, std::uint8_t successes, Time now) {
    const Transition why{
        .cause = Cause::probes_succeeded,
        .value = double(successes),
        .limit = double(options_.probes),
        .lasts = options_.slow_start,
        .broken_for = now - members_[slot].broke,
        .tries = members_[slot].tries};
    if (options_.slow_start > Time::zero()) {
        enter(slot, SlowStart{now + options_.slow_start}, why);
    } else {
        enter(slot, Healthy{now}, why);
    }
    probes_.hurry(serving_.suspended().size());
}

void Health::end_slow_start(Slot slot, Time now) {
    const auto* start = std::get_if<SlowStart>(&members_[slot].phase);
    if (start && start->is_over(now)) {
        enter(slot, Healthy{now}, {.cause = Cause::slow_start_over});
    }
}

void Health::advance(Time now) {
    for (const auto slot : serving_.serving()) {
        if (starting_ == 0) return;
        end_slow_start(slot, now);
    }
}

void Health::enter(Slot slot, const Phase& phase, Transition why) {
    auto& member = members_[slot];
    why.from = member.state();
    const bool was_suspended = member.suspended();
    starting_ -= std::holds_alternative<SlowStart>(member.phase);
    starting_ += std::holds_alternative<SlowStart>(phase);
    member.phase = phase;
    member.outlier.forget_slow_calls();
    why.to = member.state();
    if (!was_suspended && member.suspended()) serving_.suspend(slot);
    if (was_suspended && !member.suspended()) serving_.restore(slot);
    on_change_(slot, why);
}

void Health::arrange() {
    std::vector<bool> suspended(members_.size());
    starting_ = 0;
    for (Slot slot = 0; slot < members_.size(); ++slot) {
        suspended[slot] = members_[slot].suspended();
        starting_ += std::holds_alternative<SlowStart>(members_[slot].phase);
    }
    serving_.reset(suspended);
    probes_.restart_turns();
    retries_.reset(members_.size());
}

}  // namespace lars::lb
