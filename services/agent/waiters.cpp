#include "agent/waiters.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lars::agent {

template <class Matches>
std::vector<Waiters::Waiter> Waiters::drain_if(Matches&& matches) {
    const auto drained = std::stable_partition(all_.begin(), all_.end(), [&](const Waiter& each) {
        return !matches(each);
    });
    std::vector<Waiter> out(std::make_move_iterator(drained), std::make_move_iterator(all_.end()));
    all_.erase(drained, all_.end());
    return out;
}

std::vector<Waiters::Waiter> Waiters::drain(ModuleId module) {
    if (all_.empty()) return {};
    return drain_if([module](const Waiter& each) {
        return each.name.empty() && each.module == module;
    });
}

std::vector<Waiters::Waiter> Waiters::drain_name(std::string_view name) {
    if (all_.empty()) return {};
    return drain_if([name](const Waiter& each) { return each.name == name; });
}

std::vector<Waiters::Waiter> Waiters::drain_due(lb::Time now) {
    return drain_if([now](const Waiter& each) { return each.until <= now; });
}

lb::Time Waiters::next_due() const {
    auto earliest = lb::Time::max();
    for (const auto& each : all_) earliest = std::min(earliest, each.until);
    return earliest;
}

}  // namespace lars::agent
