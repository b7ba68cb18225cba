#include "lb/policies/least_request.hpp"

#include "lb/scores/cost.hpp"

#include <tuple>

namespace lars::lb {

Slot LeastRequest::pick(const PickContext& /*context*/, Time now, Random& random) {
    const auto& endpoint_table = members().endpoint_table();
    const auto size = static_cast<Slot>(endpoint_table.active());
    if (size == 1) return 0;
    Slot first = 0;
    Slot second = 0;
    if (endpoint_table.equal_weights()) {
        std::tie(first, second) = two_below(size, random);
    } else {
        first = endpoint_table.draw_by_weight(random);
        second = endpoint_table.draw_by_weight(random);
    }
    return score_of(second, now) < score_of(first, now) ? second : first;
}

float LeastRequest::score_of(Slot slot, Time now) const {
    return calls_per_weight(
        members().counters().load_at(slot, now, rates()), members().weight(slot)
    );
}

}  // namespace lars::lb
