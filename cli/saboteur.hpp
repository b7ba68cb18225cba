#pragma once

#include "cli/demo_targets.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace lars::cli {

/// One server of the first module breaks from time to time: until it was ejected and had time to be
/// tried in vain, and then it is well again until everybody trusts it.
class Saboteur {
public:
    using Duration = std::chrono::steady_clock::duration;

    explicit Saboteur(Targets& targets);

    Endpoint victim() const { return victim_.get().local(); }
    /// Breaks or mends the server when it is time. `ejected` says whether callers keep away from
    /// it. What it did, in words; nothing when it did nothing.
    std::optional<std::string> act(Duration since_begin, bool ejected);
    /// How often the server broke, was ejected, was mended and trusted again.
    std::size_t rounds() const { return rounds_; }

private:
    enum class Phase { well, broken, mended };

    std::string set(Phase phase);

    std::reference_wrapper<EchoServer> victim_;
    Phase phase_ = Phase::well;
    Duration breaks_at_;
    std::size_t rounds_ = 0;
};

}  // namespace lars::cli
