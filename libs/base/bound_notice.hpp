#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

namespace lars {

/// When to say that a bound is reached, and that it no longer is: once each, however often
/// something is refused in between. The time may be of any clock that doesn't go back.
class BoundNotice {
public:
    enum class Say { nothing, reached, over };

    /// Nothing refused for so long, and it is over.
    static constexpr std::chrono::seconds kOverAfter{10};

    /// So many were refused since the last call, which may be 0.
    Say note(std::uint64_t refused, std::chrono::nanoseconds now) {
        if (refused > 0) {
            latest_ = now;
            const bool first = refused_ == 0;
            refused_ += refused;
            return first ? Say::reached : Say::nothing;
        }
        return refused_ > 0 && now >= latest_ + kOverAfter ? Say::over : Say::nothing;
    }
    /// How many were refused while it was reached; to be called when it is over.
    std::uint64_t take_refused() { return std::exchange(refused_, 0); }

private:
    std::uint64_t refused_ = 0;
    std::chrono::nanoseconds latest_{};
};

}  // namespace lars
