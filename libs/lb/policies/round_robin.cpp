#include "lb/policies/round_robin.hpp"

namespace lars::lb {

Slot RoundRobin::pick(const PickContext& /*context*/, Time /*now*/, Random& random) {
    const auto size = static_cast<Slot>(members().active());
    if (next_ == kNoSlot) next_ = scaled(static_cast<std::uint32_t>(random()), size);
    if (next_ >= size) next_ = 0;
    return next_++;
}

}  // namespace lars::lb
