#include "runtime/event.hpp"

#include <utility>

namespace lars::runtime {

Event::Event(const asio::any_io_executor& executor) : timer_(executor) {}

void Event::notify() {
    notified_ = true;
    timer_.cancel();
}

Awaitable<> Event::wait() {
    co_await wait_until(Clock::time_point::max());
}

Awaitable<bool> Event::wait_until(Clock::time_point deadline) {
    if (!notified_) {
        timer_.expires_at(deadline);
        co_await timer_.async_wait(nothrow);
    }
    co_return std::exchange(notified_, false);
}

}  // namespace lars::runtime
