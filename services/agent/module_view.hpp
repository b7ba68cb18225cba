#pragma once

#include "agent/change_log.hpp"
#include "agent/module_table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::agent {

/// What people see of a module in a list.
struct ModuleSummary {
    ModuleId module;
    std::string name{};      ///< as it came with the route; empty: none
    std::uint64_t etag = 0;  ///< 0: no route
    std::size_t endpoints = 0;
    std::string policy;
    lb::Time unused{};  ///< since a client asked for it last
    std::uint64_t queries = 0;
    std::uint64_t reports = 0;
};

/// What people see of one module.
struct ModuleDetails {
    ModuleSummary summary;
    lb::EndpointTablePtr endpoint_table;  ///< null: no route
    std::string zone;                     ///< of this agent, as the balancer has it
    std::vector<lb::EndpointView> endpoints;
    std::vector<Change> changes;  ///< of endpoints' states, the newest first
};

/// A part of a shard's modules.
struct ModuleIds {
    std::vector<ModuleId> modules;
    /// How many positions haven't been looked at yet.
    std::size_t left = 0;
};

// All of these are called on the shard's thread, and look at so few modules that they hold nobody
// up; what they return may cross to any other.

/// The ids above `after` among some positions before `end`, in no order. Called with `left` again
/// until that is 0, it finds every module that stays meanwhile, and perhaps one of them twice.
ModuleIds ids_before(const ModuleMap& modules, std::size_t end, ModuleId after);
/// Of each of the modules that is still held.
std::vector<ModuleSummary> summarize(
    ModuleTable& table, const std::vector<ModuleId>& modules, lb::Time now
);
/// Nothing when the module isn't held.
std::optional<ModuleDetails> details_of(
    ModuleTable& table, const ChangeLog& changes, ModuleId id, lb::Time now
);

}  // namespace lars::agent
