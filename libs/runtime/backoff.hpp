#pragma once

#include <chrono>
#include <cstdint>

namespace lars::runtime {

/// Exponential back-off with jitter: delay n is drawn evenly from the upper half of
/// min(most, first · 2^n), so that peers which lost the same server come back spread out.
class Backoff {
public:
    struct Options {
        std::chrono::milliseconds first{50};
        std::chrono::milliseconds max{3'000};
    };

    explicit Backoff(const Options& options) : options_(options) {}

    /// `random` is evenly distributed over all of its values.
    std::chrono::milliseconds next(std::uint32_t random);
    void reset() { attempts_ = 0; }

private:
    Options options_;
    unsigned attempts_ = 0;
};

}  // namespace lars::runtime
