#include "http/event_queue.hpp"

namespace lars::http {

void EventQueue::send(std::string_view event, std::string_view data) {
    if (ended_) return;
    if (waiting_.size() + event.size() + data.size() > kMaxWaiting) {
        end();
        return;
    }
    waiting_.append("event: ").append(event).append("\ndata: ").append(data).append("\n\n");
    changed_.notify();
}

void EventQueue::end() {
    ended_ = true;
    changed_.notify();
}

Awaitable<> EventQueue::wait_until(Clock::time_point deadline) {
    if (ended_ || !waiting_.empty()) co_return;
    co_await changed_.wait_until(deadline);
}

}  // namespace lars::http
