#include "agent/waiters.hpp"

#include <algorithm>
#include <iterator>

namespace lars::agent {
namespace {

// A module is waited for once, at its first use: more at a time are no honest programs'.
constexpr std::size_t kMax = 1'024;

}  // namespace

bool Waiters::add(const Waiter& waiter) {
    if (all_.size() >= kMax) return false;
    all_.push_back(waiter);
    return true;
}

template <class Matches>
std::vector<Waiters::Waiter> Waiters::take_if(Matches&& matches) {
    const auto taken = std::stable_partition(all_.begin(), all_.end(), [&](const Waiter& each) {
        return !matches(each);
    });
    std::vector<Waiter> out(taken, all_.end());
    all_.erase(taken, all_.end());
    return out;
}

std::vector<Waiters::Waiter> Waiters::take(ModuleId module) {
    if (all_.empty()) return {};
    return take_if([module](const Waiter& each) { return each.module == module; });
}

std::vector<Waiters::Waiter> Waiters::take_due(lb::Time now) {
    return take_if([now](const Waiter& each) { return each.until <= now; });
}

lb::Time Waiters::next_due() const {
    auto earliest = lb::Time::max();
    for (const auto& each : all_) earliest = std::min(earliest, each.until);
    return earliest;
}

}  // namespace lars::agent
