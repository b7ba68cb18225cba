#include "agent/transition_filter.hpp"

#include <algorithm>

namespace lars::agent {

bool TransitionFilter::shows(ModuleId module, const lb::Transition& change, lb::Time now) {
    const auto same = [&](const Watched& each) {
        return each.hidden.module == module && each.hidden.latest.endpoint == change.endpoint;
    };
    const auto found = std::find_if(watched_.begin(), watched_.end(), same);
    if (found == watched_.end()) {
        if (watched_.size() < kMaxWatched) watched_.push_back({{module, change}, now + kPeriod, 1});
        return true;
    }
    if (found->shown < kAtOnce) {
        ++found->shown;
        return true;
    }
    found->hidden.latest = change;
    ++found->hidden.changes;
    return false;
}

std::vector<TransitionFilter::Hidden> TransitionFilter::drain(lb::Time now) {
    std::vector<Hidden> due;
    for (auto& each : watched_) {
        if (now < each.until || each.hidden.changes == 0) continue;
        due.push_back(each.hidden);
        each = {{each.hidden.module, each.hidden.latest}, now + kPeriod, kAtOnce};
    }
    std::erase_if(watched_, [now](const Watched& each) { return now >= each.until; });
    return due;
}

}  // namespace lars::agent
