#pragma once

#include "runtime/asio.hpp"
#include "runtime/event.hpp"

#include <boost/asio/steady_timer.hpp>

namespace lars::runtime {

/// Waits, or until it is cancelled.
inline Awaitable<> sleep_until(asio::any_io_executor executor, Clock::time_point moment) {
    asio::steady_timer timer(executor, moment);
    co_await timer.async_wait(nothrow);
}

}  // namespace lars::runtime
