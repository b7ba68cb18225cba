#pragma once

#include "lb/call.hpp"
#include "lb/counters/saturating.hpp"
#include "lb/time.hpp"

#include <cstdint>

namespace lars::lb {

/// How many calls to an endpoint succeeded and failed in the current window. Windows follow one
/// another; a new one begins with the first call after the end of the last.
struct Tally {
    Time window_begin{};
    std::uint32_t successes = 0;
    std::uint32_t failures = 0;

    void add(CallOutcome outcome, Time now, Time window) {
        if (now - window_begin >= window) *this = {.window_begin = now};
        add_one(outcome == CallOutcome::success ? successes : failures);
    }
    std::uint32_t calls() const { return successes + failures; }
};

}  // namespace lars::lb
