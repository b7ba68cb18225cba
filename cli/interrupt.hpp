#pragma once

#include <chrono>

namespace lars::cli {

/// Notes SIGINT and SIGTERM while it lives, for loops that end by themselves. One at a time.
class Interrupt {
public:
    using Clock = std::chrono::steady_clock;

    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    explicit operator bool() const;
    /// Until then, or until a signal comes.
    void wait_until(Clock::time_point time) const;
};

}  // namespace lars::cli
