#include "lb/policy.hpp"

namespace lars::lb {

const FeedbackRates& Policy::rates() const {
    static const FeedbackRates usual{FeedbackOptions{}};
    return usual;
}

Slot Policy::pick_within(const Scope& scope, const PickContext& context, Time now, Random& random) {
    const auto serves = [this](Slot slot) { return !suspended(standing(slot).state); };
    constexpr int kDraws = 4;
    for (int i = 0; i < kDraws; ++i) {
        const auto slot = scope.group() ? scope.group()->draw(random) : pick(context, now, random);
        if (slot == kNoSlot) return kNoSlot;
        if (!scope.excludes(slot) && serves(slot)) return slot;
    }
    return scope.find_if(random, serves);
}

Standing Policy::standing(Slot slot) const {
    const auto& tally = members_.counters().tally(slot);
    return {State::healthy, tally.successes, tally.failures};
}

void Policy::notify(Slot slot, Transition transition) const {
    if (!listener_ || !*listener_) return;
    transition.endpoint = members_.endpoint(slot);
    (*listener_)(members_.endpoint_table().module(), transition);
}

}  // namespace lars::lb
