#pragma once

#include "app/option_set.hpp"

#include <string>
#include <vector>

namespace lars::app {

/// What options that were read again say, beside the values in force.
struct OptionChanges {
    /// "log-level: info -> debug"; a secret only by its flag.
    using Lines = std::vector<std::string>;

    Lines live;   ///< of those that count at once
    Lines fixed;  ///< of those that count from the next start
    /// What is in force once the live ones are.
    std::vector<OptionSet::Value> in_force;
};

/// Both of the same program, so the same options in the same order.
OptionChanges compare(
    const std::vector<OptionSet::Value>& in_force, const std::vector<OptionSet::Value>& read
);

}  // namespace lars::app
