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
    /// 0: there was none.
    Awaitable<Result<std::size_t>> remove_rule(std::uint32_t id);
    /// Sorted.
    Awaitable<Result<std::vector<AlarmState>>> read_states();
    /// All or nothing.
    Awaitable<Result<void>> write_states(AlarmStateChanges changes);

private:
    Database& database_;
};

}  // namespace lars::store
