#include "lb/policy.hpp"

namespace lars::lb {

const FeedbackRates& Policy::rates() const {
    static const FeedbackRates usual{FeedbackOptions{}};
    return usual;
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
