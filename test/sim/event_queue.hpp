#pragma once

#include "lb/time.hpp"
#include "sim/ring.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace lars::sim {

using lb::Time;

/// Events by their time. What happens a constant time after it is ordered comes in order: it waits
/// in a lane, which is a ring, and only the rest needs a heap. Equal times come in the same order
/// on each run.
template <class Event>
class EventQueue {
public:
    struct Entry {
        Time at;
        Event event;
    };
    using Lane = std::size_t;

    /// For what happens `delay` after it is pushed.
    Lane add_lane(Time delay) {
        lanes_.push_back({delay, {}});
        due_.push_back(Time::max());
        return lanes_.size();
    }

    void push(Time at, const Event& event) {
        heap_.push_back({at, event});
        std::push_heap(heap_.begin(), heap_.end(), later);
        due_[kHeap] = heap_.front().at;
    }
    /// Precondition: `now` doesn't run backwards.
    void push_in(Lane lane, Time now, const Event& event) {
        auto& [delay, ring] = lanes_[lane - 1];
        if (ring.empty()) due_[lane] = now + delay;
        ring.push({now + delay, event});
    }

    bool empty() const { return *std::min_element(due_.begin(), due_.end()) == Time::max(); }

    /// Precondition: not empty.
    Entry pop() {
        // A handful of sources: looking at each is quicker than keeping them sorted.
        std::size_t next = kHeap;
        for (std::size_t i = 1; i < due_.size(); ++i) {
            if (due_[i] < due_[next]) next = i;
        }
        return next == kHeap ? pop_heap() : pop_lane(next);
    }

private:
    static constexpr std::size_t kHeap = 0;
    struct LaneQueue {
        Time delay;
        Ring<Entry> ring;
    };

    static bool later(const Entry& a, const Entry& b) { return a.at > b.at; }

    Entry pop_heap() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const auto entry = heap_.back();
        heap_.pop_back();
        due_[kHeap] = heap_.empty() ? Time::max() : heap_.front().at;
        return entry;
    }
    Entry pop_lane(Lane lane) {
        auto& ring = lanes_[lane - 1].ring;
        const auto entry = ring.front();
        ring.pop();
        due_[lane] = ring.empty() ? Time::max() : ring.front().at;
        return entry;
    }

    std::vector<Entry> heap_;
    std::vector<LaneQueue> lanes_;
    std::vector<Time> due_{Time::max()};  // of the heap, then of each lane
};

}  // namespace lars::sim
