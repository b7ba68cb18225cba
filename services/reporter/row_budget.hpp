#pragma once

#include <atomic>
#include <cstddef>

namespace lars::reporter {

/// How many rows the reporter holds on their way from sessions to the store, and the most that it
/// may. Any thread.
class RowBudget {
public:
    explicit RowBudget(std::size_t max) : max_(max) {}

    /// False, and nothing is taken, when there is no room for so many.
    bool take(std::size_t rows) {
        auto held = held_.load(std::memory_order_relaxed);
        do {
            if (rows > max_ || held > max_ - rows) return false;
        } while (!held_.compare_exchange_weak(held, held + rows, std::memory_order_relaxed));
        return true;
    }
    void give_back(std::size_t rows) { held_.fetch_sub(rows, std::memory_order_relaxed); }
    std::size_t held() const { return held_.load(std::memory_order_relaxed); }

private:
    std::size_t max_;
    std::atomic<std::size_t> held_{0};
};

}  // namespace lars::reporter
