#pragma once

#include "runtime/asio.hpp"

#include <boost/asio/steady_timer.hpp>

namespace lars::runtime {

/// Wakes the one coroutine that waits. A notification without a waiter is kept, several are one.
/// Belongs to one executor.
class Event {
public:
    explicit Event(const asio::any_io_executor& executor);

    void notify();
    Awaitable<> wait();
    /// Answers whether it was notified before the deadline.
    Awaitable<bool> wait_until(Clock::time_point deadline);

private:
    asio::steady_timer timer_;
    bool notified_ = false;
};

}  // namespace lars::runtime
