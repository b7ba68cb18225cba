#include "lb/health/retry_queue.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

// So many at most wait, which bounds the memory. Where more fail at once, costs are high
// everywhere: they are called anyway, and judged by that.
constexpr std::size_t kMaxWaiting = 64;

}  // namespace

void RetryQueue::reset(std::size_t size) {
    entries_.resize(std::min(size, kMaxWaiting));
    waits_.assign(size, false);
    first_ = 0;
    count_ = 0;
    first_due_ = Time::max();
}

void RetryQueue::add(Slot slot, Time due) {
    if (waits_[slot] || count_ == entries_.size()) return;
    waits_[slot] = true;
    entries_[(first_ + count_) % entries_.size()] = {slot, due};
    if (count_++ == 0) first_due_ = due;
}

Slot RetryQueue::take() {
    const auto slot = entries_[first_].slot;
    waits_[slot] = false;
    first_ = (first_ + 1) % entries_.size();
    --count_;
    first_due_ = count_ == 0 ? Time::max() : entries_[first_].due;
    return slot;
}

}  // namespace lars::lb
