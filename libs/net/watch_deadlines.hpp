#pragma once

#include "runtime/sleep.hpp"

#include <chrono>

namespace lars::net {

/// Which looks at the clock are left out. One that comes late by more than an interval is, once:
/// this process was stopped, or short of CPU, and has yet to read what its peers sent meanwhile,
/// before the clock judges them.
class LateLooks {
public:
    explicit LateLooks(std::chrono::milliseconds interval) : interval_(interval) {}

    bool leaves_out(Clock::time_point due, Clock::time_point now) {
        left_out_ = !left_out_ && now > due + interval_;
        return left_out_;
    }

private:
    std::chrono::milliseconds interval_;
    bool left_out_ = false;
};

/// Calls `look(now)` every `interval`, but for late looks, until it is cancelled. `look` is a
/// reference, because g++ 12 destroys a temporary beside co_await twice.
template <class Look>
Awaitable<> watch_deadlines(
    asio::any_io_executor executor, std::chrono::milliseconds interval, Look& look
) {
    LateLooks late_looks(interval);
    while (true) {
        const auto due = Clock::now() + interval;
        co_await runtime::sleep_until(executor, due);
        const auto now = Clock::now();
        if (!late_looks.leaves_out(due, now)) look(now);
    }
}

}  // namespace lars::net
