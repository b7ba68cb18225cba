#include "lb/policies/adaptive.hpp"

#include "lb/picking/two_choices.hpp"
#include "lb/policies/candidates.hpp"
#include "lb/scores/cost.hpp"

#include <algorithm>

namespace lars::lb {

Adaptive::Settings::Settings(const Options& options)
    : rates(options.feedback),
      health(options.health),
      failure_penalty(static_cast<float>(options.failure_penalty)),
      zone_aware(options.zone_aware != 0) {}

Adaptive::Adaptive(const PolicyStart& start, std::shared_ptr<const Settings> settings)
    : Policy(start), settings_(std::move(settings)), in_use_(!start.states.empty()) {
    if (std::any_of(start.states.begin(), start.states.end(), suspended)) {
        begin_health(start.states, start.now);
    }
    arrange_levels();
}

void Adaptive::begin_health(std::span<const State> states, Time now) {
    auto on_change = [this](Slot slot, const Transition& change) { notify(slot, change); };
    health_ = std::make_unique<Health>(settings_->health, states, std::move(on_change), now);
}

void Adaptive::begin_health(Time now) {
    begin_health(std::vector<State>(members().active(), State::healthy), now);
}

// What was learned of the levels stays as long as they are those of the same zone.
void Adaptive::arrange_levels() {
    const auto before = std::move(nearest_);
    if (!settings_->zone_aware || !NearestFirst::has_levels(members())) return;
    nearest_ = std::make_unique<NearestFirst>(members());
    if (before && zone_ == members().zone()) nearest_->keep(before->spill_over());
    zone_ = members().zone();
}

void Adaptive::update(std::span<const Slot> origins, Time now) {
    const auto fresh = std::count(origins.begin(), origins.end(), kNoSlot);
    if (health_) health_->keep(origins, now);
    // Where all are new none would be spared by a slow start.
    const bool slowly = in_use_ && settings_->health.slow_start > Time::zero() && fresh > 0 &&
                        static_cast<std::size_t>(fresh) < origins.size();
    if (slowly) {
        if (!health_) begin_health(now);
        health_->join(origins, now);
    }
    arrange_levels();
}

Slot Adaptive::pick(const PickContext& /*context*/, Time now, Random& random) {
    in_use_ = true;
    if (health_) {
        const auto probe = health_->take_probe(now);
        if (probe != kNoSlot) return probe;
    }
    const auto& endpoint_table = members().endpoint_table();
    if (!prefers_near()) return choose(Candidates(endpoint_table, health_.get()), now, random);
    auto& group = nearest_->choose(health_.get(), now, random);
    const Scope level(endpoint_table, &group, {});
    return choose(ScopedCandidates(endpoint_table, level, health_.get()), now, random);
}

Slot Adaptive::pick_within(
    const Scope& scope, const PickContext& context, Time now, Random& random
) {
    in_use_ = true;
    // Whose call has failed already doesn't try what is broken.
    if (health_ && context.attempt == 0) {
        const auto probe =
            health_->take_probe(now, [&](Slot slot) { return scope.contains(slot); });
        if (probe != kNoSlot) return probe;
    }
    if (prefers_near()) {
        const auto near = choose_near(scope, now, random);
        if (near != kNoSlot) return near;
    }
    const ScopedCandidates candidates(members().endpoint_table(), scope, health_.get());
    const auto slot = choose(candidates, now, random);
    if (!scope.excludes(slot)) return slot;
    const auto other = scope.find_if(random, [&](Slot each) { return candidates.contains(each); });
    if (other != kNoSlot) return other;
    return scope.find_if(random, [](Slot) { return true; });
}

// kNoSlot when nobody serves who isn't left out, or too few to trust the picture.
Slot Adaptive::choose_near(const Scope& scope, Time now, Random& random) {
    auto& levels = nearest_->levels(scope);
    const auto& shares = levels.shares(health_.get(), now);
    if (levels.panics()) return kNoSlot;
    const auto choose_at = [&](Nearness nearness) {
        if (!shares.can_be_called(nearness)) return kNoSlot;
        const auto level = scope.narrowed_to(*levels.at(nearness));
        const ScopedCandidates candidates(members().endpoint_table(), level, health_.get());
        const auto slot = choose(candidates, now, random);
        if (candidates.contains(slot)) return slot;
        return level.find_if(random, [&](Slot each) { return candidates.contains(each); });
    };
    auto slot = choose_at(nearest_->spill_over().choose(shares, random));
    for (std::size_t i = 0; slot == kNoSlot && i < kNearnessLevels; ++i) {
        slot = choose_at(static_cast<Nearness>(i));
    }
    return slot;
}

template <class View>
Slot Adaptive::choose(const View& candidates, Time now, Random& random) {
    if (candidates.size() == 1) return candidates.at(0);
    const auto [first, second, odds] = draw_two(candidates, now, random);
    if (health_ && health_->any_starting()) {
        health_->end_slow_start(first, now);
        health_->end_slow_start(second, now);
    }
    if constexpr (requires { candidates.excludes(first); }) {
        // Drawn only where no other was.
        if (candidates.excludes(second)) return first;
        if (candidates.excludes(first)) return second;
    }
    const bool is_first = chooses_first(cost_of(first, now), cost_of(second, now), random, odds);
    return is_first ? first : second;
}

float Adaptive::cost_of(Slot slot, Time now) const {
    const auto& counters = members().counters();
    const auto& endpoint_table = members().endpoint_table();
    CostTerms terms{
        .crowding = endpoint_table.lightness(slot), .failure_penalty = settings_->failure_penalty};
    if (health_ && health_->any_starting()) terms.share = health_->share(slot, now);
    return cost(counters.load_at(slot, now, settings_->rates, terms.crowding), terms);
}

bool Adaptive::report(Slot slot, CallOutcome outcome, float took_us, Time now) {
    const auto& counters = members().counters();
    if (nearest_) took_us = nearest_->add_report(slot, outcome, took_us, health_.get(), now);
    if (!health_) {
        const bool slow = too_slow(settings_->health, took_us, counters.averages().latency_us);
        if (outcome == CallOutcome::success && !slow) return false;
        begin_health(now);
    }
    return health_->report(slot, outcome, took_us, counters, now);
}

void Adaptive::advance(Time now) {
    if (health_) health_->advance(now);
}

Standing Adaptive::standing(Slot slot) const {
    auto standing = Policy::standing(slot);
    if (health_) standing.state = health_->state(slot);
    return standing;
}

}  // namespace lars::lb
