#pragma once

#include "lb/health/serving_set.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lars::lb {

/// Whom to choose from when those that serve are fewer than the panic threshold's share.
enum class WhenFewServe : std::uint8_t { all, only_those };

/// Which of a part of the endpoints serve. It looks at each of them again after a change of any,
/// which is far rarer than picks are.
class ServingPart {
public:
    ServingPart(std::size_t size, WhenFewServe when_few) : when_few_(when_few) {
        serving_.reserve(size);
    }

    /// Of `slots`, which must always be the same: those that serve, or all when they are too few
    /// and that is wanted.
    std::span<const Slot> candidates(std::span<const Slot> slots, const ServingSet& serving) {
        if (serving.all_serve()) return slots;
        if (version_ != serving.version()) look(slots, serving);
        return panics_ ? slots : serving_;
    }

private:
    void look(std::span<const Slot> slots, const ServingSet& serving) {
        serving_.clear();
        for (const auto slot : slots) {
            if (serving.serves(slot)) serving_.push_back(slot);
        }
        panics_ = when_few_ == WhenFewServe::all && serving.too_few(serving_.size(), slots.size());
        version_ = serving.version();
    }

    WhenFewServe when_few_;
    std::vector<Slot> serving_;
    std::uint64_t version_ = 0;  // of the serving set, as last looked at; its own begin with 1
    bool panics_ = false;
};

}  // namespace lars::lb
