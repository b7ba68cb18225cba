#pragma once

#include "lb/time.hpp"

#include <chrono>
#include <cstdint>

namespace lars::lb {

struct RetryBudgetOptions {
    /// Retries for each first try.
    double ratio = 0.2;
    /// Retries a second that a module has at least, however few its first tries are.
    double min_per_second = 10;
};

/// How many calls of one module may be tried again, so that a fleet in trouble isn't called twice:
/// a token bucket. It is filled with a part of the first tries, or by time where that is more, and
/// holds ten seconds of the latter and one of the former. (Finagle's RetryBudget has the same two
/// parts, but adds them up.) Small, because there is one for each module; belongs to one thread.
class RetryBudget {
public:
    /// A call is about to be tried again. `calls` counts all of the module so far, first tries and
    /// further ones, this one included; it may wrap around. Returns zero when it may, else after
    /// how long to ask again, at least a millisecond.
    std::chrono::milliseconds take(
        const RetryBudgetOptions& options, std::uint32_t calls, Time now
    );

private:
    void fill(const RetryBudgetOptions& options, std::uint32_t first_tries, float seconds);

    float tokens_ = 0;
    float earned_ = 0;  // by first tries, over the last second or so
    std::uint32_t calls_ = 0;
    std::uint32_t last_ms_ = 0;  // wraps around
};

}  // namespace lars::lb
