#pragma once

#include "agent/module_map.hpp"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace lars::agent {

/// Which modules a shard ceases to hold, and how many it may hold. Belongs to one thread.
class Eviction {
public:
    struct Limits {
        /// A module that nobody asks for is dropped after this time …
        std::chrono::milliseconds idle_timeout{3'600'000};
        /// … and one without a route, which is a negative answer remembered, after this.
        std::chrono::milliseconds unknown_timeout{5'000};
        std::size_t max_modules = 250'000;
        /// Of them without a route; bounds what strangers can cost.
        std::size_t max_unknown = 10'000;
    };

    explicit Eviction(const Limits& limits) : limits_(limits) {}
    /// What is held above these stays until it is due.
    void set_limits(const Limits& limits) { limits_ = limits; }
    const Limits& limits() const { return limits_; }

    /// Whether there is room for one more module, which has no route yet.
    bool admits_unknown(const ModuleMap& modules) const {
        return modules.unknown() < limits_.max_unknown && admits(modules);
    }
    /// Whether there is room for one more module, whose route is known.
    bool admits(const ModuleMap& modules) const { return modules.size() < limits_.max_modules; }

    /// A client asks for the module.
    static void note_query(Module& module, lb::Time now) {
        module.use.last = now;
        ++module.use.queries;
    }
    /// Whether nobody has asked for the module for so long that it may go. One with a route stays
    /// while dns is out of reach: nobody could tell it again.
    bool expired(const Module& module, bool dns_reachable, lb::Time now) const;

    void evict(ModuleMap& modules, Module& module);
    /// What was evicted since the last time: dns need no longer push the routes of these.
    std::vector<ModuleId> drain_evicted() { return std::exchange(evicted_, {}); }

private:
    Limits limits_;
    std::vector<ModuleId> evicted_;
};

}  // namespace lars::agent
