#include "agent/change_log.hpp"

namespace lars::agent {

void ChangeLog::add(const Change& change) {
    if (ring_.empty()) ring_.reserve(kKept);  // a request allocates nothing later
    if (ring_.size() < kKept) {
        ring_.push_back(change);
    } else {
        ring_[next_] = change;
        next_ = (next_ + 1) % kKept;
    }
}

std::vector<Change> ChangeLog::of(ModuleId module) const {
    std::vector<Change> found;
    for (std::size_t i = ring_.size(); i > 0; --i) {
        const auto& change = ring_[(next_ + i - 1) % ring_.size()];
        if (change.module == module) found.push_back(change);
    }
    return found;
}

}  // namespace lars::agent
