#pragma once

#include "base/module_id.hpp"
#include "runtime/asio.hpp"

#include <chrono>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lars::dns {

/// When changes of a module's route are pushed: the first at once, and those that follow it closely
/// together. No I/O and no clock: the time is an argument. Belongs to one thread.
class PushPacer {
public:
    /// Between two pushes of a module.
    static constexpr Clock::duration kGap = std::chrono::milliseconds(100);

    /// A module's route has changed. Whether that is to be pushed now; or else it is due later.
    bool may_push(ModuleId module, Clock::time_point now) {
        forget(now);
        const auto [found, first] = pushed_.try_emplace(module, Push{now, false});
        if (first) {
            order_.emplace_back(now, module);
            return true;
        }
        found->second.due = true;
        return false;
    }

    /// Modules whose changes are to be pushed now.
    std::vector<ModuleId> take_due(Clock::time_point now) {
        std::vector<ModuleId> due;
        while (!order_.empty() && order_.front().first + kGap <= now) {
            const auto module = order_.front().second;
            order_.pop_front();
            const auto found = pushed_.find(module);
            if (found->second.due) {
                due.push_back(module);
                found->second = {now, false};
                order_.emplace_back(now, module);
            } else {
                pushed_.erase(found);
            }
        }
        return due;
    }

    /// When take_due() may have something.
    Clock::time_point next_due() const {
        return order_.empty() ? Clock::time_point::max() : order_.front().first + kGap;
    }

private:
    struct Push {
        Clock::time_point at;
        bool due = false;  // it has changed since
    };

    // What was pushed long ago, and hasn't changed since.
    void forget(Clock::time_point now) {
        while (!order_.empty() && order_.front().first + kGap <= now) {
            const auto found = pushed_.find(order_.front().second);
            if (found->second.due) return;
            pushed_.erase(found);
            order_.pop_front();
        }
    }

    std::unordered_map<ModuleId, Push> pushed_;
    std::deque<std::pair<Clock::time_point, ModuleId>> order_;  // of the last pushes
};

}  // namespace lars::dns
