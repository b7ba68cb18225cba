#pragma once

#include "base/module_id.hpp"
#include "lb/transition.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace lars::agent {

/// One change of an endpoint's state.
struct Change {
    std::chrono::system_clock::time_point when;
    ModuleId module;
    lb::Transition what;
};

/// The latest changes of endpoints' states; older ones are forgotten. Belongs to one thread.
class ChangeLog {
public:
    static constexpr std::size_t kKept = 1'024;

    void add(const Change& change);
    /// The newest first.
    std::vector<Change> of(ModuleId module) const;

private:
    std::vector<Change> ring_;
    std::size_t next_ = 0;  // once it is full
};

}  // namespace lars::agent
