#include "lb/picking/two_choices.hpp"

namespace lars::lb {
namespace {

// How often a draw is repeated that hit somebody who doesn't serve, whose slow start says no, or
// who was drawn already. It bounds a pick's time; when half of the endpoints are out, one draw in
// sixteen ends here and goes to any candidate.
constexpr int kMaxRepeats = 4;

Slot draw_any(const Candidates& candidates, Random& random) {
    const auto bits = static_cast<std::uint32_t>(random());
    return candidates.at(scaled(bits, candidates.size()));
}

Slot draw_one(const Candidates& candidates, Time now, Random& random) {
    const auto& endpoint_table = candidates.endpoint_table();
    for (int i = 0; i < kMaxRepeats; ++i) {
        const auto slot = endpoint_table.equal_weights() ? draw_any(candidates, random)
                                                         : endpoint_table.draw_by_weight(random);
        if (!candidates.judged()) return slot;
        if (!candidates.contains(slot)) continue;
        if (random.unit() < candidates.share(slot, now)) return slot;
    }
    return draw_any(candidates, random);
}

}  // namespace

std::pair<Slot, Slot> draw_two(const Candidates& candidates, Time now, Random& random) {
    if (candidates.equal()) {
        const auto [a, b] = two_below(candidates.size(), random);
        return {candidates.at(a), candidates.at(b)};
    }
    const auto first = draw_one(candidates, now, random);
    auto second = draw_one(candidates, now, random);
    for (int i = 0; second == first && i < kMaxRepeats; ++i) {
        second = draw_one(candidates, now, random);
    }
    return {first, second};
}

}  // namespace lars::lb
