#pragma once

#include <atomic>
#include <cstddef>

namespace lars::reporter {

/// How many rows are on their way from sessions to the store, and how many may be: what bounds the
/// reporter's memory. Any thread.
class RowBudget {
public:
    explicit RowBudget(std::size_t max) : max_(max) {}

    /// Rows that are held above it stay.
    void set_max(std::size_t max) { max_.store(max, std::memory_order_relaxed); }

    /// False, and nothing is reserved, when there is no room for so many.
    bool reserve(std::size_t rows) {
        const auto max = max_.load(std::memory_order_relaxed);
        auto held = held_.load(std::memory_order_relaxed);
        do {
            if (rows > max || held > max - rows) return false;
        } while (!held_.compare_exchange_weak(held, held + rows, std::memory_order_relaxed));
        return true;
    }
    void release(std::size_t rows) { held_.fetch_sub(rows, std::memory_order_relaxed); }
    /// Rows that are reserved now.
    std::size_t held() const { return held_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::size_t> max_;
    std::atomic<std::size_t> held_{0};
};

}  // namespace lars::reporter
