#include "lb/least_request.hpp"

#include <cmath>
#include <tuple>

namespace lars::lb {

void LeastRequest::start(std::span<const State> /*states*/, Time /*now*/) {
    prepare();
}

void LeastRequest::update(std::span<const Slot> /*origins*/, Time /*now*/) {
    prepare();
}

void LeastRequest::prepare() {
    if (!members().equal_weights()) alias_.build(members());
}

Slot LeastRequest::pick(Time now, Random& random) {
    const auto size = static_cast<Slot>(members().active());
    if (size == 1) return 0;
    Slot first = 0;
    Slot second = 0;
    if (members().equal_weights()) {
        std::tie(first, second) = two_below(size, random);
    } else {
        first = alias_.draw(random);
        second = alias_.draw(random);
    }
    // In whole calls: a trace of one that was never reported is none.
    const auto busy = [this, now](Slot slot) {
        auto& load = members().load(slot);
        load.settle(now, members().latency_us, rates_);
        return std::round(load.in_flight) / static_cast<float>(members().weight(slot));
    };
    return busy(second) < busy(first) ? second : first;
}

}  // namespace lars::lb
