#pragma once

#include "net/asio.hpp"
#include "net/event.hpp"

#include <boost/asio/steady_timer.hpp>

namespace lars::net {

/// Waits, or until it is cancelled.
inline Awaitable<> sleep_until(asio::any_io_executor executor, Clock::time_point moment) {
    asio::steady_timer timer(executor, moment);
    co_await timer.async_wait(nothrow);
}

}  // namespace lars::net
