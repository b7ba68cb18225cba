#pragma once

#include "lb/endpoint_table.hpp"
#include "lb/random.hpp"
#include "lb/time.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>

namespace lars::lb {

// The power of two choices (Mitzenmacher, "The power of two choices in randomized load balancing",
// 2001): two endpoints are drawn at random and the better one is taken. Picking reads who serves
// and what each costs, wherever that is kept, and changes neither.

/// Who may be chosen, and how often.
template <class T>
concept CandidateView =
    requires(const T& view, std::uint32_t index, Slot slot, Time now, Random& random) {
    { view.endpoint_table() } -> std::convertible_to<const EndpointTable&>;
    // How many there are, and each of them.
    { view.size() } -> std::convertible_to<std::uint32_t>;
    { view.at(index) } -> std::convertible_to<Slot>;
    // Whether there may be any active endpoint that mustn't be chosen, or not in full.
    { view.judged() } -> std::convertible_to<bool>;
    // One by weight, whether it may be chosen or not.
    { view.draw(random) } -> std::convertible_to<Slot>;
    { view.contains(slot) } -> std::convertible_to<bool>;
    // Which part of its full share an endpoint should have, above 0 up to 1.
    { view.share(slot, now) } -> std::convertible_to<float>;
    // Of all those that may be drawn.
    { view.weight() } -> std::convertible_to<float>;
    // Whether each is to be drawn as often as any other.
    { view.equal() } -> std::convertible_to<bool>;
};

/// Two that were drawn, and how they are to be weighed.
struct TwoDrawn {
    Slot first = 0;
    Slot second = 0;
    float odds = 1;  ///< for the second, when both cost the same, to 1 for the first
};

/// How often a draw is repeated that hit somebody who doesn't serve, whose slow start says no, or
/// who was drawn already. It bounds a pick's time.
inline constexpr int kMaxRepeats = 4;
/// Up to so many candidates are all looked at, where weights or shares differ: each draw is then in
/// exact proportion. Of more it is after the repeats, among as many that are neighbours.
inline constexpr std::uint32_t kFewCandidates = 16;

/// One candidate, each as likely as any other.
template <CandidateView Candidates>
Slot draw_any(const Candidates& candidates, Random& random) {
    const auto bits = static_cast<std::uint32_t>(random());
    return candidates.at(scaled(bits, candidates.size()));
}

/// At most kFewCandidates candidates from one of them on, with their weights in proportion to
/// weight and share.
template <CandidateView Candidates>
class FewCandidates {
public:
    FewCandidates(const Candidates& candidates, std::uint32_t begin, Time now)
        : size_(std::min(candidates.size(), kFewCandidates)) {
        for (std::uint32_t i = 0; i < size_; ++i) {
            slots_[i] = candidates.at((begin + i) % candidates.size());
            const auto weight = static_cast<float>(candidates.endpoint_table().weight(slots_[i]));
            weights_[i] = weight * candidates.share(slots_[i], now);
            sum_ += weights_[i];
        }
    }

    float sum() const { return sum_; }
    float weight(std::uint32_t index) const { return weights_[index]; }
    Slot at(std::uint32_t index) const { return slots_[index]; }
    /// The index of one, but for `without`.
    std::uint32_t draw(Random& random, std::uint32_t without = kFewCandidates) const {
        const auto all = sum_ - (without < size_ ? weights_[without] : 0);
        auto left = random.unit() * all;
        std::uint32_t last = 0;
        for (std::uint32_t i = 0; i < size_; ++i) {
            if (i == without) continue;
            last = i;
            left -= weights_[i];
            if (left < 0) break;
        }
        return last;
    }

private:
    std::uint32_t size_;
    float sum_ = 0;
    std::array<Slot, kFewCandidates> slots_;
    std::array<float, kFewCandidates> weights_;
};

/// One candidate, in proportion to weights and shares.
template <CandidateView Candidates>
Slot draw_one(const Candidates& candidates, Time now, Random& random) {
    for (int i = 0; i < kMaxRepeats; ++i) {
        const auto slot = candidates.draw(random);
        if (!candidates.judged()) return slot;
        if (!candidates.contains(slot)) continue;
        if (random.unit() < candidates.share(slot, now)) return slot;
    }
    const auto begin = scaled(static_cast<std::uint32_t>(random()), candidates.size());
    const FewCandidates some(candidates, begin, now);
    return some.at(some.draw(random));
}

/// Two candidates, in proportion to weights and shares. They differ unless that is too unlikely to
/// wait for. Precondition: there are at least two.
///
/// Of parts p and q of all weight, the second's odds are (1 - p) : (1 - q). Then each is chosen in
/// exact proportion to its weight where costs are equal, however heavy one is, and yet is compared
/// with another each time: the second is a proposal, accepted as Barker has it ("Monte Carlo
/// calculations of the radial distribution functions for a proton-electron plasma", 1965).
template <CandidateView Candidates>
TwoDrawn draw_two(const Candidates& candidates, Time now, Random& random) {
    if (candidates.equal()) {
        const auto [a, b] = two_below(candidates.size(), random);
        return {candidates.at(a), candidates.at(b)};
    }
    if (candidates.size() <= kFewCandidates) {
        const FewCandidates all(candidates, 0, now);
        const auto first = all.draw(random);
        const auto second = all.draw(random, first);
        const auto odds = (all.sum() - all.weight(first)) / (all.sum() - all.weight(second));
        return {all.at(first), all.at(second), odds};
    }
    const auto first = draw_one(candidates, now, random);
    auto second = draw_one(candidates, now, random);
    for (int i = 0; second == first && i < kMaxRepeats; ++i) {
        second = draw_one(candidates, now, random);
    }
    const auto& endpoint_table = candidates.endpoint_table();
    const auto all = candidates.weight();
    const auto rest = [&](Slot slot) {
        return all - static_cast<float>(endpoint_table.weight(slot));
    };
    return {first, second, rest(first) / rest(second)};
}

/// Whether the first of two with costs above 0 is chosen, which has probability
/// b^4 / (a^4 x odds + b^4). Always to choose the cheaper would leave endpoints without calls for a
/// difference that is noise. With the fourth power one that is twice as dear gets one call in
/// seventeen of those it is drawn for.
inline bool chooses_first(float first_cost, float second_cost, Random& random, float odds = 1) {
    const auto ratio = first_cost / second_cost;
    const auto squared = ratio * ratio;
    return random.unit() * (1 + odds * squared * squared) < 1;
}

}  // namespace lars::lb
