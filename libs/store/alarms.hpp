#pragma once

#include "store/alarm_rule.hpp"
#include "store/engine/database.hpp"

#include <vector>

namespace lars::store {

/// Rules that people make, and which of their conditions hold.
class Alarms {
public:
    explicit Alarms(Database& database) : database_(database) {}

    Awaitable<Result<AlarmRules>> list_rules();
    /// Answers the rule's id, which no other rule ever had.
    Awaitable<Result<std::uint32_t>> add_rule(AlarmRule rule);
    /// All or none; one that isn't there is an error. Answers how many there were.
    Awaitable<Result<std::size_t>> remove_rules(std::vector<std::uint32_t> ids);
    /// Sorted.
    Awaitable<Result<std::vector<AlarmState>>> read_states();
    /// All or nothing.
    Awaitable<Result<void>> write_states(AlarmStateChanges changes);

private:
    Database& database_;
};

}  // namespace lars::store
