#include "lb/adaptive.hpp"

namespace lars::lb {
namespace {

// How often a draw is repeated that hit somebody who doesn't serve, or whose slow start says no.
constexpr int kTries = 4;

}  // namespace

Adaptive::Adaptive(const AdaptiveOptions& options)
    : feedback_(options.feedback),
      rates_(options.feedback),
      health_(
          options.health,
          [this](Slot slot, const Transition& transition) { tell(slot, transition); }
      ),
      failure_penalty_(static_cast<float>(options.failure_penalty)) {}

void Adaptive::start(std::span<const State> states, Time now) {
    in_use_ = !states.empty();
    health_.start(states, now);
    prepare();
}

void Adaptive::update(std::span<const Slot> origins, Time now) {
    health_.update(origins, in_use_, now);
    prepare();
}

void Adaptive::prepare() {
    const auto size = members().active();
    double sum = 0;
    for (Slot slot = 0; slot < size; ++slot) sum += members().weight(slot);
    mean_weight_ = size == 0 ? 1 : static_cast<float>(sum / double(size));
    if (!members().equal_weights()) alias_.build(members());
}

Slot Adaptive::pick(Time now, Random& random) {
    in_use_ = true;
    const auto probe = health_.take_probe(now);
    if (probe != kNoSlot) return probe;
    const auto candidates = health_.candidates();
    if (candidates.size() == 1) return candidates[0];
    const auto [first, second] = draw_two(now, random);
    const auto ratio = cost(first, now) / cost(second, now);
    // The dearer one is chosen too, the more rarely the dearer it is. Always to choose the cheaper
    // would leave endpoints without calls for a difference that is noise.
    const auto squared = ratio * ratio;
    const auto odds = squared * squared;
    return random.unit() * (1 + odds) < 1 ? first : second;
}

std::pair<Slot, Slot> Adaptive::draw_two(Time now, Random& random) {
    if (members().equal_weights() && !health_.starting()) {
        const auto candidates = health_.candidates();
        const auto [a, b] = two_below(static_cast<std::uint32_t>(candidates.size()), random);
        return {candidates[a], candidates[b]};
    }
    const auto first = draw(now, random);
    auto second = draw(now, random);
    for (int i = 0; second == first && i < kTries; ++i) second = draw(now, random);
    return {first, second};
}

Slot Adaptive::draw(Time now, Random& random) {
    const auto any = [this, &random] {
        const auto candidates = health_.candidates();
        const auto bits = static_cast<std::uint32_t>(random());
        return candidates[scaled(bits, static_cast<std::uint32_t>(candidates.size()))];
    };
    for (int i = 0; i < kTries; ++i) {
        const auto slot = members().equal_weights() ? any() : alias_.draw(random);
        if (!health_.is_candidate(slot)) continue;
        if (random.unit() < health_.readiness(slot, now)) return slot;
    }
    return any();
}

float Adaptive::cost(Slot slot, Time now) {
    auto& load = members().load(slot);
    const auto module_latency = members().latency_us;
    load.settle(now, module_latency, rates_);
    auto busy = load.in_flight;
    if (!members().equal_weights()) {
        busy *= mean_weight_ / static_cast<float>(members().weight(slot));
    }
    if (health_.starting()) busy /= health_.readiness(slot, now);
    const auto usual = module_latency > 0 ? module_latency : 1;
    const auto latency = load.latency_us > 0 ? load.latency_us : usual;
    return latency * (1 + busy) * (1 + failure_penalty_ * load.failure_rate);
}

void Adaptive::report(Slot slot, CallOutcome outcome, float took_us, Time now) {
    if (!health_.report(slot, outcome, took_us, members(), now)) return;
    // What it was like before has ended with the tries that went well.
    auto& load = members().load(slot);
    load.latency_us = members().latency_us;
    load.failure_rate = 0;
    members().tally(slot) = {.window_begin = now};
}

Standing Adaptive::standing(Slot slot) const {
    auto standing = Policy::standing(slot);
    standing.state = health_.state(slot);
    return standing;
}

}  // namespace lars::lb
