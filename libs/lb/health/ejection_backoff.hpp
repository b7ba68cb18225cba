#pragma once

#include "lb/health/health_options.hpp"
#include "lb/slot.hpp"
#include "lb/time.hpp"

#include <cstdint>

namespace lars::lb {

/// How long an endpoint's ejections last: each further one up to twice as long, to a maximum. One
/// for each endpoint. Envoy's base_ejection_time and max_ejection_time, with doubling in place of
/// its steps of equal size.
class EjectionBackoff {
public:
    /// How long the next ejection lasts, which begins now.
    Time next(const HealthOptions& options, Slot slot, Time now);
    /// The next ejection is the first again.
    void reset() { ejections_ = 0; }

private:
    std::uint8_t ejections_ = 0;  // in succession
};

}  // namespace lars::lb
