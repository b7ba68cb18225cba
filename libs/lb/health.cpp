#include "lb/health.hpp"

#include "lb/random.hpp"

#include <algorithm>
#include <cmath>

namespace lars::lb {
namespace {

// The part of its share with which a slow start begins.
constexpr float kFirstShare = 0.1F;
// So many at most wait to be tried again; with more, those that are called are judged by that.
constexpr std::size_t kMaxSuspects = 64;
// So many slow calls in a row eject, however many failures it takes.
constexpr std::uint32_t kMaxSlow = 100;
// When more than so many join at once, nobody is told of each.
constexpr std::ptrdiff_t kMaxTold = 256;

/// So many failures in a row have a chance of one in ten thousand where calls fail at this rate.
std::uint32_t failures_by_chance(float rate) {
    constexpr double kChance = 1e-4;
    return static_cast<std::uint32_t>(std::ceil(std::log(kChance) / std::log(std::min(rate, 0.9F)))
    );
}

/// 0 to 255, as good as random.
std::int64_t scattered(Slot slot, Time now) {
    return static_cast<std::int64_t>(
        Random(static_cast<std::uint64_t>(now.count()) + slot)() >> 56
    );
}

}  // namespace

void Health::start(std::span<const State> states, Time now) {
    members_.assign(states.size(), {.until = now});
    arrange();
    for (Slot slot = 0; slot < states.size(); ++slot) {
        if (suspended(states[slot])) eject(slot, {.cause = Cause::inherited}, now);
    }
}

void Health::keep(std::span<const Slot> origins, Time now) {
    const Member healthy{.until = now};
    std::vector<Member> members(origins.size(), healthy);
    for (Slot slot = 0; slot < origins.size(); ++slot) {
        if (origins[slot] != kNoSlot) members[slot] = members_[origins[slot]];
    }
    members_ = std::move(members);
    arrange();
    for (Slot slot = 0; slot < members_.size(); ++slot) {
        const auto& member = members_[slot];
        if (member.failing && !suspended(member.state)) suspect(slot, now);
    }
}

void Health::join(std::span<const Slot> origins, Time now) {
    const auto fresh = std::count(origins.begin(), origins.end(), kNoSlot);
    const bool told = fresh <= kMaxTold;
    for (Slot slot = 0; slot < origins.size(); ++slot) {
        if (origins[slot] != kNoSlot) continue;
        auto& member = members_[slot];
        member.state = State::slow_start;
        member.until = now + options_.slow_start;
        ++starting_;
        if (!told) continue;
        tell_(
            slot,
            {.from = State::healthy,
             .to = State::slow_start,
             .cause = Cause::joined,
             .lasts = options_.slow_start}
        );
    }
}

Slot Health::take_suspended(Time now) {
    const auto waiting = order_.size() - serving_;
    if (waiting == 0) return kNoSlot;
    if (++hand_ >= waiting) hand_ = 0;
    const auto slot = order_[serving_ + hand_];
    auto& member = members_[slot];
    // Where calls are many, a try before its time costs next to none of them.
    const bool affordable = early_tries_ > 0 || calls_since_probe_ >= options_.calls_per_probe;
    const bool early = affordable && member.state == State::ejected;
    early_tries_ -= early_tries_ > 0;
    if (now < member.until && !early) return kNoSlot;
    if (member.state == State::ejected) {
        enter(slot, State::half_open, {}, {.cause = Cause::ejection_over}, now);
    }
    member.until = now + options_.ejection;  // in case that nobody reports how it went
    next_probe_ = now + options_.probe_interval;
    calls_since_probe_ = 0;
    return slot;
}

Slot Health::take_suspect(Time now) {
    if (now < suspect_due_) return kNoSlot;
    const auto slot = suspects_[first_suspect_].slot;
    forget_first_suspect();
    const auto& member = members_[slot];
    if (!member.failing || suspended(member.state)) return kNoSlot;
    suspect(slot, now);  // once more, in case that nobody reports how it went
    next_probe_ = now + options_.probe_interval;
    return slot;
}

void Health::suspect(Slot slot, Time now) {
    auto& member = members_[slot];
    if (member.suspected || suspect_count_ == suspects_.size()) return;
    member.suspected = true;
    const Suspect added{slot, now + options_.failing_for};
    suspects_[(first_suspect_ + suspect_count_) % suspects_.size()] = added;
    if (suspect_count_++ == 0) suspect_due_ = added.due;
}

void Health::forget_first_suspect() {
    members_[suspects_[first_suspect_].slot].suspected = false;
    first_suspect_ = (first_suspect_ + 1) % suspects_.size();
    --suspect_count_;
    suspect_due_ = suspect_count_ == 0 ? Time::max() : suspects_[first_suspect_].due;
}

float Health::readiness(Slot slot, Time now) {
    auto& member = members_[slot];
    if (member.state != State::slow_start) return 1;
    const auto left = member.until - now;
    if (left <= Time::zero()) {
        enter(slot, State::healthy, {}, {.cause = Cause::slow_start_over}, now);
        return 1;
    }
    const auto part = 1 - static_cast<float>(left.count()) /
                              static_cast<float>(Time(options_.slow_start).count());
    return std::max(part, kFirstShare);
}

bool Health::report(
    Slot slot, CallOutcome outcome, float took_us, const Members& module, Time now
) {
    auto& member = members_[slot];
    member.failing = outcome == CallOutcome::failure;
    if (!member.failing) {
        member.failures_in_a_row = 0;
    } else if (member.failures_in_a_row == 0) {
        member.failing_since = now;
    }
    if (member.failing) add_one(member.failures_in_a_row);
    if (!suspended(member.state)) {
        judge(slot, took_us, module, now);
        if (member.failing && !suspended(member.state)) suspect(slot, now);
        return false;
    }
    // A call of before the ejection says nothing new.
    if (member.state == State::ejected && !panics()) return false;
    if (outcome == CallOutcome::failure || too_slow(options_, took_us, module.latency_us)) {
        if (member.state == State::half_open) eject(slot, {.cause = Cause::probe_failed}, now);
        return false;
    }
    const auto successes = ++member.in_a_row;
    member.until = now;
    next_probe_ = now;  // what comes back is not made to wait
    if (successes < options_.probes) return false;
    come_back(
        slot,
        {.cause = Cause::probes_succeeded,
         .value = double(successes),
         .limit = double(options_.probes)},
        now
    );
    return true;
}

void Health::judge(Slot slot, float took_us, const Members& module, Time now) {
    auto& member = members_[slot];
    const auto& tally = module.tally(slot);
    const auto in_a_row = member.failures_in_a_row;
    if (in_a_row > 0) {
        // When the whole module fails now and then, so does every healthy endpoint.
        const auto chance = failures_by_chance(module.failure_rate);
        const auto limit = std::max(options_.consecutive_failures, chance);
        if (in_a_row >= limit) {
            return eject(
                slot,
                {.cause = Cause::consecutive_failures,
                 .value = double(in_a_row),
                 .limit = double(limit)},
                now
            );
        }
        const auto failing = now - member.failing_since;
        if (in_a_row >= std::max(chance, 2U) && failing >= options_.failing_for) {
            using Seconds = std::chrono::duration<double>;
            return eject(
                slot,
                {.cause = Cause::failing_for,
                 .value = Seconds(failing).count(),
                 .limit = Seconds(options_.failing_for).count()},
                now
            );
        }
    }
    if (tally.failures > 0 && tally.calls() >= options_.min_calls) {
        const auto rate = double(tally.failures) / double(tally.calls());
        const auto max = options_.error_rate + (1 - options_.error_rate) * module.failure_rate;
        if (rate >= max) {
            return eject(slot, {.cause = Cause::error_rate, .value = rate, .limit = max}, now);
        }
    }
    if (!too_slow(options_, took_us, module.latency_us)) {
        member.in_a_row = 0;
    } else if (++member.in_a_row >= std::min(options_.consecutive_failures, kMaxSlow)) {
        eject(
            slot,
            {.cause = Cause::latency,
             .value = took_us / 1e3,
             .limit = module.latency_us * options_.latency_factor / 1e3},
            now
        );
    }
}

void Health::eject(Slot slot, Transition why, Time now) {
    auto& member = members_[slot];
    const bool was_serving = !suspended(member.state);
    const bool was_well = member.state == State::healthy;
    if (was_well && now - member.until > options_.max_ejection) member.ejections = 0;
    Time lasts = options_.ejection;
    for (int i = 0; i < member.ejections && lasts < options_.max_ejection; ++i) lasts *= 2;
    lasts = std::min<Time>(lasts, options_.max_ejection);
    // Those that broke together aren't all tried together: then the first one that is well again is
    // found sooner.
    if (member.ejections > 0) lasts -= lasts / 2 * scattered(slot, now) / 256;
    member.ejections += member.ejections != UINT8_MAX;
    if (was_serving) calls_since_probe_ = 0;
    enter(slot, State::ejected, lasts, why, now);
}

void Health::come_back(Slot slot, Transition why, Time now) {
    const bool slowly = options_.slow_start > Time::zero();
    enter(slot, slowly ? State::slow_start : State::healthy, options_.slow_start, why, now);
    // What brought one back may have brought the others back.
    early_tries_ = order_.size() - serving_;
}

void Health::enter(Slot slot, State state, Time lasts, Transition why, Time now) {
    auto& member = members_[slot];
    why.from = member.state;
    why.to = state;
    why.lasts = lasts;
    starting_ -= member.state == State::slow_start;
    starting_ += state == State::slow_start;
    const bool served = !suspended(member.state);
    member.state = state;
    member.until = now + lasts;
    member.in_a_row = 0;
    if (served && suspended(state)) {
        move_to(slot, --serving_);
    } else if (!served && !suspended(state)) {
        move_to(slot, serving_++);
    }
    count_candidates();
    tell_(slot, why);
}

void Health::move_to(Slot slot, std::size_t position) {
    const auto other = order_[position];
    std::swap(order_[position], order_[members_[slot].position]);
    members_[other].position = members_[slot].position;
    members_[slot].position = static_cast<Slot>(position);
}

void Health::arrange() {
    order_.resize(members_.size());
    serving_ = 0;
    starting_ = 0;
    auto behind = order_.size();
    for (Slot slot = 0; slot < members_.size(); ++slot) {
        auto& member = members_[slot];
        const auto position = suspended(member.state) ? --behind : serving_++;
        order_[position] = slot;
        member.position = static_cast<Slot>(position);
        starting_ += member.state == State::slow_start;
        member.suspected = false;
    }
    hand_ = 0;
    early_tries_ = 0;
    suspects_.resize(std::min(members_.size(), kMaxSuspects));
    first_suspect_ = 0;
    suspect_count_ = 0;
    suspect_due_ = Time::max();
    count_candidates();
}

void Health::count_candidates() {
    const auto enough = options_.panic_threshold * double(order_.size());
    candidates_ = serving_ == 0 || double(serving_) < enough ? order_.size() : serving_;
}

void Health::advance(Time now) {
    for (std::size_t i = 0; i < serving_ && starting_ > 0; ++i) readiness(order_[i], now);
}

}  // namespace lars::lb
