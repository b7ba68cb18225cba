#pragma once

#include "runtime/asio.hpp"

#include <boost/asio/steady_timer.hpp>

namespace lars::runtime {

/// Wakes the one coroutine that waits for something: a condition variable for coroutines.
///
/// A notification that comes while nobody waits is kept for the next wait; several are kept as one.
/// So who waits checks its own condition in a loop, and misses nothing. At most one coroutine may
/// wait at a time. Belongs to one executor, on which it is notified and waited for; another thread
/// posts to that executor.
class Event {
public:
    explicit Event(const asio::any_io_executor& executor);

    void notify();
    /// Waits for a notification. A cancelled wait returns early, without an error.
    Awaitable<> wait();
    /// Waits for a notification or the deadline. Returns whether it was notified.
    Awaitable<bool> wait_until(Clock::time_point deadline);

private:
    // As a condition variable: waiting is waiting for its expiry, notifying is cancelling that.
    asio::steady_timer timer_;
    bool notified_ = false;
};

}  // namespace lars::runtime
