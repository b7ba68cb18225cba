#include "admin/alarm_states.hpp"

namespace lars::admin {

AlarmStates by_rule(const std::vector<store::AlarmState>& states) {
    AlarmStates all;
    for (const auto& state : states) all[state.key.rule].push_back(state);
    return all;
}

const std::vector<store::AlarmState>& states_of(
    const store::AlarmRule& rule, const AlarmStates& states
) {
    static const std::vector<store::AlarmState> kNone;
    const auto found = states.find(rule.id);
    return found == states.end() ? kNone : found->second;
}

const char* name_of(const store::AlarmState& state) {
    return state.firing ? "firing" : "pending";
}

}  // namespace lars::admin
