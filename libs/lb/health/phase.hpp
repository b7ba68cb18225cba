#pragma once

#include "lb/health/slow_start.hpp"
#include "lb/time.hpp"
#include "lb/transition.hpp"

#include <array>
#include <cstdint>
#include <variant>

namespace lars::lb {

/// It serves, and has since this moment.
struct Healthy {
    Time since{};
};

/// It isn't called until its time is over, but for an early try or a panic.
struct Ejected {
    Time until{};
    std::uint8_t successes = 0;  ///< of calls that a panic made
};

/// It is tried by single calls.
struct HalfOpen {
    Time next_try{};             ///< no other try before, unless one succeeds
    std::uint8_t successes = 0;  ///< tries
};

/// Where an endpoint stands in Health's state machine, with what belongs to that state.
using Phase = std::variant<Healthy, SlowStart, Ejected, HalfOpen>;

inline State state_of(const Phase& phase) {
    constexpr std::array kStatesOfPhases{
        State::healthy, State::slow_start, State::ejected, State::half_open};
    return kStatesOfPhases[phase.index()];
}

}  // namespace lars::lb
