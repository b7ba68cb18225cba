#pragma once

#include "lb/time.hpp"

#include <algorithm>

namespace lars::lb {

/// The time in which a new or recovered endpoint comes to its full share, so that it can warm up:
/// the share grows in proportion to the time that has passed. Envoy's slow start with an aggression
/// of 1.
struct SlowStart {
    Time ends_at{};

    bool is_over(Time now) const { return now >= ends_at; }
    /// Which part of its full share the endpoint should have, 0.1 to 1, when its slow start takes
    /// this long.
    float share(Time now, Time length) const {
        // Something to begin with, or it would get no calls to warm up by. Envoy's
        // min_weight_percent has the same default.
        constexpr float kFirstShare = 0.1F;
        if (is_over(now)) return 1;
        const auto left = static_cast<float>((ends_at - now).count());
        return std::max(1 - left / static_cast<float>(length.count()), kFirstShare);
    }
};

}  // namespace lars::lb
