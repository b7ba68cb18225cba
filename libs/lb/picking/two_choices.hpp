#pragma once

#include "lb/picking/candidates.hpp"
#include "lb/random.hpp"

#include <utility>

namespace lars::lb {

/// The power of two choices (Mitzenmacher, "The power of two choices in randomized load balancing",
/// 2001): two endpoints are drawn at random and the better one is taken. Picking reads scores and
/// who serves, and changes neither.

/// Draws two candidates, in proportion to their weights and their shares; they differ unless that
/// is too unlikely to wait for. Precondition: there are at least two.
std::pair<Slot, Slot> draw_two(const Candidates& candidates, Time now, Random& random);

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
