#pragma once

#include "runtime/asio.hpp"

#include <boost/asio/steady_timer.hpp>

namespace lars::runtime {

/// Waits until the moment, or until the caller is cancelled: it then returns early without an
/// error, and the caller's next co_await throws operation_aborted. `executor` is the caller's.
inline Awaitable<> sleep_until(asio::any_io_executor executor, Clock::time_point moment) {
    asio::steady_timer timer(executor, moment);
    co_await timer.async_wait(nothrow);
}

/// The same, for a length of time from now.
inline Awaitable<> sleep_for(asio::any_io_executor executor, Clock::duration duration) {
    return sleep_until(std::move(executor), Clock::now() + duration);
}

}  // namespace lars::runtime
