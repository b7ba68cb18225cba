#pragma once

#include "lb/endpoint_table.hpp"
#include "lb/random.hpp"
#include "lb/time.hpp"

#include <concepts>
#include <utility>

namespace lars::lb {

// The power of two choices (Mitzenmacher, "The power of two choices in randomized load balancing",
// 2001): two endpoints are drawn at random and the better one is taken. Picking reads who serves
// and what each costs, wherever that is kept, and changes neither.

/// Who may be chosen, and how often.
template <class T>
concept CandidateView = requires(const T& view, std::uint32_t index, Slot slot, Time now) {
    { view.endpoint_table() } -> std::convertible_to<const EndpointTable&>;
    // How many there are, and each of them.
    { view.size() } -> std::convertible_to<std::uint32_t>;
    { view.at(index) } -> std::convertible_to<Slot>;
    // Whether there may be any active endpoint that mustn't be chosen, or not in full.
    { view.judged() } -> std::convertible_to<bool>;
    { view.contains(slot) } -> std::convertible_to<bool>;
    // Which part of its full share an endpoint should have, above 0 up to 1.
    { view.share(slot, now) } -> std::convertible_to<float>;
    // Whether each is to be drawn as often as any other.
    { view.equal() } -> std::convertible_to<bool>;
};

/// How often a draw is repeated that hit somebody who doesn't serve, whose slow start says no, or
/// who was drawn already. It bounds a pick's time; when half of the endpoints are out, one draw in
/// sixteen ends here and goes to any candidate.
inline constexpr int kMaxRepeats = 4;

/// One candidate, each as likely as any other.
template <CandidateView Candidates>
Slot draw_any(const Candidates& candidates, Random& random) {
    const auto bits = static_cast<std::uint32_t>(random());
    return candidates.at(scaled(bits, candidates.size()));
}

/// One candidate, in proportion to weights and shares.
template <CandidateView Candidates>
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

/// Two candidates, in proportion to weights and shares. They differ unless that is too unlikely to
/// wait for. Precondition: there are at least two.
template <CandidateView Candidates>
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

/// Whether the first of two with costs above 0 is chosen, which has probability b^4 / (a^4 + b^4).
/// Always to choose the cheaper would leave endpoints without calls for a difference that is noise.
/// With the fourth power one that is twice as dear gets one call in seventeen of those it is drawn
/// for.
inline bool chooses_first(float first_cost, float second_cost, Random& random) {
    const auto ratio = first_cost / second_cost;
    const auto squared = ratio * ratio;
    const auto odds = squared * squared;
    return random.unit() * (1 + odds) < 1;
}

}  // namespace lars::lb
