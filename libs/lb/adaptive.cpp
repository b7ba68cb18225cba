#include "lb/adaptive.hpp"

#include <algorithm>
#include <vector>

namespace lars::lb {
namespace {

// How often a draw is repeated that hit somebody who doesn't serve, or whose slow start says no.
constexpr int kTries = 4;

}  // namespace

Adaptive::Settings::Settings(const AdaptiveOptions& options)
    : rates(options.feedback),
      health(options.health),
      failure_penalty(static_cast<float>(options.failure_penalty)) {}

void Adaptive::start(std::span<const State> states, Time now) {
    in_use_ = !states.empty();
    health_.reset();
    if (std::any_of(states.begin(), states.end(), suspended)) doubt(states, now);
}

void Adaptive::doubt(std::span<const State> states, Time now) {
    auto on_change = [this](Slot slot, const Transition& transition) { tell(slot, transition); };
    health_ = std::make_unique<Health>(settings_->health, std::move(on_change));
    health_->start(states, now);
}

void Adaptive::update(std::span<const Slot> origins, Time now) {
    const auto fresh = std::count(origins.begin(), origins.end(), kNoSlot);
    if (health_) health_->keep(origins, now);
    // Where all are new none would be spared by a slow start.
    const bool slowly = in_use_ && settings_->health.slow_start > Time::zero() && fresh > 0 &&
                        static_cast<std::size_t>(fresh) < origins.size();
    if (!slowly) return;
    if (!health_) doubt(std::vector<State>(origins.size(), State::healthy), now);
    health_->join(origins, now);
}

Slot Adaptive::pick(Time now, Random& random) {
    in_use_ = true;
    if (health_) {
        const auto probe = health_->take_probe(now);
        if (probe != kNoSlot) return probe;
    }
    if (candidates() == 1) return candidate(0);
    const auto [first, second] = draw_two(now, random);
    const auto ratio = cost(first, now) / cost(second, now);
    // The dearer one is chosen too, the more rarely the dearer it is. Always to choose the cheaper
    // would leave endpoints without calls for a difference that is noise.
    const auto squared = ratio * ratio;
    const auto odds = squared * squared;
    return random.unit() * (1 + odds) < 1 ? first : second;
}

std::size_t Adaptive::candidates() const {
    return health_ ? health_->candidates().size() : members().active();
}

Slot Adaptive::candidate(std::size_t index) const {
    return health_ ? health_->candidates()[index] : static_cast<Slot>(index);
}

std::pair<Slot, Slot> Adaptive::draw_two(Time now, Random& random) {
    if (members().endpoint_table().equal_weights() && !starting()) {
        const auto [a, b] = two_below(static_cast<std::uint32_t>(candidates()), random);
        return {candidate(a), candidate(b)};
    }
    const auto first = draw(now, random);
    auto second = draw(now, random);
    for (int i = 0; second == first && i < kTries; ++i) second = draw(now, random);
    return {first, second};
}

Slot Adaptive::draw(Time now, Random& random) {
    const auto& endpoint_table = members().endpoint_table();
    for (int i = 0; i < kTries; ++i) {
        const auto slot = endpoint_table.equal_weights() ? draw_any(random)
                                                         : endpoint_table.draw_by_weight(random);
        if (!health_) return slot;
        if (!health_->is_candidate(slot)) continue;
        if (random.unit() < health_->readiness(slot, now)) return slot;
    }
    return draw_any(random);
}

Slot Adaptive::draw_any(Random& random) const {
    const auto bits = static_cast<std::uint32_t>(random());
    return candidate(scaled(bits, static_cast<std::uint32_t>(candidates())));
}

float Adaptive::cost(Slot slot, Time now) {
    auto& load = members().load(slot);
    const auto module_latency = members().latency_us;
    load.settle(now, module_latency, settings_->rates);
    auto busy = load.in_flight;
    const auto& endpoint_table = members().endpoint_table();
    if (!endpoint_table.equal_weights()) {
        busy *= endpoint_table.mean_weight() / static_cast<float>(endpoint_table.weight(slot));
    }
    if (starting()) busy /= health_->readiness(slot, now);
    const auto usual = module_latency > 0 ? module_latency : 1;
    const auto latency = load.latency_us > 0 ? load.latency_us : usual;
    return latency * (1 + busy) * (1 + settings_->failure_penalty * load.failure_rate);
}

void Adaptive::report(Slot slot, CallOutcome outcome, float took_us, Time now) {
    if (!health_) {
        const bool well = outcome == CallOutcome::success &&
                          !Health::too_slow(settings_->health, took_us, members().latency_us);
        if (well) return;
        doubt(std::vector<State>(members().active(), State::healthy), now);
    }
    if (!health_->report(slot, outcome, took_us, members(), now)) return;
    // What it was like before has ended with the tries that went well.
    auto& load = members().load(slot);
    load.latency_us = members().latency_us;
    load.failure_rate = 0;
    members().tally(slot) = {.window_begin = now};
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
