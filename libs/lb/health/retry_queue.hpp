#pragma once

#include "lb/slot.hpp"
#include "lb/time.hpp"

#include <cstddef>
#include <vector>

namespace lars::lb {

/// Endpoints that serve and whose last call failed, each with the time when it is to be called
/// again: its cost is so high that nobody would choose it, and it would never be known for dead or
/// well. In the order in which they are due; the times that are added must not fall. O(1).
class RetryQueue {
public:
    /// Empties it, for endpoints below `size`.
    void reset(std::size_t size);
    /// Nothing happens when the endpoint waits already, or as many as can.
    void add(Slot slot, Time due);
    /// Removes the first one. Precondition: there is one.
    Slot take();
    /// Precondition: there is one.
    Slot first() const { return entries_[first_].slot; }
    /// When the first one is due; Time::max() when there is none.
    Time first_due() const { return first_due_; }

private:
    struct Entry {
        Slot slot = 0;
        Time due{};
    };

    std::vector<Entry> entries_;  // a ring
    std::vector<bool> waits_;     // by slot
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    Time first_due_ = Time::max();
};

}  // namespace lars::lb
