#pragma once

#include <string>

namespace lars {

/// What of the machine's cores this process may use.
struct CpuLimits {
    unsigned allowed = 1;  ///< cores that it may run on
    bool quota = false;    ///< a cgroup bounds its CPU time, and stops it when that is used up

    /// Whether looking for something instead of sleeping takes nothing from whoever provides it.
    bool may_spin() const { return allowed > 1 && !quota; }
};

/// `root` is before /proc and /sys, for tests. What can't be read counts as no limit.
CpuLimits read_cpu_limits(const std::string& root = "");

}  // namespace lars
