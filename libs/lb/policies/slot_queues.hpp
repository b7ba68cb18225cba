#pragma once

#include "lb/slot.hpp"

#include <cstddef>
#include <vector>

namespace lars::lb {

/// Queues of slots, of which each slot stands in at most one; every operation but `reset` is O(1).
/// Doubly linked through one array, with each queue's head behind the slots.
template <std::size_t kQueues>
class SlotQueues {
public:
    /// All slots below `size` are in no queue.
    void reset(std::size_t size) {
        size_ = size;
        links_.assign(size + kQueues, {});
        for (std::size_t queue = 0; queue < kQueues; ++queue) {
            links_[head(queue)] = {head(queue), head(queue)};
        }
    }

    bool empty(std::size_t queue) const { return front(queue) == kNoSlot; }
    /// kNoSlot when the queue is empty.
    Slot front(std::size_t queue) const { return within(links_[head(queue)].next); }
    /// kNoSlot after the last.
    Slot after(Slot slot) const { return within(links_[slot].next); }

    void push_back(std::size_t queue, Slot slot) {
        const auto last = links_[head(queue)].previous;
        links_[slot] = {last, head(queue)};
        links_[last].next = slot;
        links_[head(queue)].previous = slot;
    }
    void remove(Slot slot) {
        const auto [previous, next] = links_[slot];
        links_[previous].next = next;
        links_[next].previous = previous;
    }

private:
    struct Link {
        Slot previous = kNoSlot;
        Slot next = kNoSlot;
    };

    Slot head(std::size_t queue) const { return static_cast<Slot>(size_ + queue); }
    Slot within(Slot slot) const { return slot < size_ ? slot : kNoSlot; }

    std::size_t size_ = 0;
    std::vector<Link> links_;
};

}  // namespace lars::lb
