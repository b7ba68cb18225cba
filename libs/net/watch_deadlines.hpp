#pragma once

#include "runtime/sleep.hpp"

#include <chrono>

namespace lars::net {

/// Calls `look(now)` every `interval`, until it is cancelled.
///
/// A look that comes late by more than an interval is left out once: this process was stopped then,
/// or short of CPU, and reads what its peers sent meanwhile before the clock judges them. `look` is
/// a reference, because g++ 12 destroys a temporary beside co_await twice.
template <class Look>
Awaitable<> watch_deadlines(
    asio::any_io_executor executor, std::chrono::milliseconds interval, Look& look
) {
    bool left_out = false;
    while (true) {
        const auto due = Clock::now() + interval;
        co_await runtime::sleep_until(executor, due);
        const auto now = Clock::now();
        left_out = !left_out && now > due + interval;
        if (!left_out) look(now);
    }
}

}  // namespace lars::net
