#include "lb/least_request.hpp"

#include <cmath>
#include <tuple>

namespace lars::lb {

Slot LeastRequest::pick(Time now, Random& random) {
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
    // In whole calls: a trace of one that was never reported is none.
    const auto busy = [this, now](Slot slot) {
        auto& load = members().load(slot);
        load.settle(now, members().latency_us, rates());
        return std::round(load.in_flight) / static_cast<float>(members().weight(slot));
    };
    return busy(second) < busy(first) ? second : first;
}

}  // namespace lars::lb
