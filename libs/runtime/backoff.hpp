#pragma once

#include <chrono>
#include <cstdint>

namespace lars::runtime {

/// Exponential back-off with jitter: the delays between attempts at something that keeps failing.
///
/// Delay n, counted from 0, is drawn evenly from the upper half of min(max, first · 2^n). The
/// jitter spreads out peers that lost the same server in the same moment; the lower half is left
/// out so that a delay still means one. A plain value: no clock, no thread rule.
class Backoff {
public:
    struct Options {
        std::chrono::milliseconds first{50};   ///< upper bound of the first delay
        std::chrono::milliseconds max{3'000};  ///< no delay is longer
    };

    explicit Backoff(const Options& options) : options_(options) {}

    /// The next delay. `random` is evenly distributed over all of its values.
    std::chrono::milliseconds next(std::uint32_t random);
    /// No delay is longer than that from now on.
    void set_max(std::chrono::milliseconds max) { options_.max = max; }
    /// An attempt succeeded: the next delay is a first one again.
    void reset() { attempts_ = 0; }

private:
    Options options_;
    unsigned attempts_ = 0;
};

}  // namespace lars::runtime
